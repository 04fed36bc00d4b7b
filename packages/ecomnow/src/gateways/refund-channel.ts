import { type Clock, systemClock } from "@drumline/core/clock";
import { parseJson, toStorableText } from "@drumline/core/text";
import {
  AuthenticationRefused,
  hideValues,
  type HttpTransport,
  RateLimited,
  siteOf,
  type TextAnswer,
  toRefusal,
} from "@drumline/outbound/http";
import { z } from "zod";

/** What the channel is told of one refund: the whole of it, as it is now. */
export interface RefundMessage {
  /** The idempotency key. */
  readonly id: string;
  readonly refund: string;
  readonly order: string;
  readonly version: number;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly status: "OPEN" | "CLOSED" | "CANCELLED";
  readonly reason: string | null;
}

/** What the channel said of one refund. */
export type ChannelAnswer =
  | { readonly kind: "accepted"; readonly reference: string | null }
  | { readonly kind: "rejected"; readonly reason: string }
  | { readonly kind: "retry"; readonly reason: string };

export interface RefundChannel {
  /**
   * Tells the channel the whole of a refund; the same key again has no further effect there. Throws
   * `AuthenticationRefused` and `RateLimited`, which concern every refund, and `Unavailable`.
   */
  send(message: RefundMessage, signal: AbortSignal): Promise<ChannelAnswer>;
}

const TIMEOUT_MS = 10_000;
const MOST_BYTES = 64 * 1024;
/** What is too long is cut, and what cannot be kept is marked: what the channel did with the refund holds all the same. */
const word = (max: number) =>
  z
    .union([z.string(), z.number()])
    .nullish()
    .transform((said) => (said === undefined || said === null ? null : toStorableText(String(said), max)));
const answerSchema = z.object({ reference: word(200), reason: word(500) });

export interface RefundChannelAccess {
  readonly url: string;
  readonly token: string;
  /** However long it asks to be left alone, it is asked again after this. */
  readonly longestSilenceMs: number;
  readonly timeoutMs?: number;
  readonly clock?: Clock;
}

export function createRefundChannel(
  transport: HttpTransport,
  { url, token, longestSilenceMs, timeoutMs = TIMEOUT_MS, clock = systemClock }: RefundChannelAccess,
): RefundChannel {
  const hide = hideValues([token]);
  return {
    async send(message, signal) {
      const request = {
        system: "refund channel",
        method: "POST",
        url: `${url.replace(/\/$/, "")}/api/v1/refunds`,
        headers: {
          authorization: `Bearer ${token}`,
          "content-type": "application/json",
          "idempotency-key": message.id,
        },
        body: JSON.stringify(toWire(message)),
        timeoutMs,
        signal,
      };
      return await transport.ask(request, {
        maxBytes: MOST_BYTES,
        read: (answered) => {
          const refusal = toRefusal(siteOf(request), answered, {
            credentialsCure: "Set REFUND_CHANNEL_TOKEN.",
            now: clock.now(),
            longestSilenceMs,
          });
          if (refusal instanceof AuthenticationRefused || refusal instanceof RateLimited) throw refusal;
          // What we sent may come back in its words.
          return toChannelAnswer({ ...answered, text: hide(answered.text) });
        },
      });
    },
  };
}

function toChannelAnswer({ status, text }: TextAnswer): ChannelAnswer {
  const answer = parseAnswer(text);
  if (status >= 200 && status < 300 && answer !== null) return { kind: "accepted", reference: answer.reference };
  if (status === 409 || status === 422 || status === 404)
    return { kind: "rejected", reason: answer?.reason ?? `answered ${status}` };
  return {
    kind: "retry",
    reason: `answered ${status}${answer === null ? " with something that is not its JSON" : ""}`,
  };
}

function parseAnswer(text: string): z.output<typeof answerSchema> | null {
  try {
    return answerSchema.parse(parseJson(text));
  } catch {
    return null;
  }
}

function toWire({ refund, order, version, amountMinor, currency, status, reason }: RefundMessage) {
  return { refund, order, version, amount_minor: Number(amountMinor), currency, status: status.toLowerCase(), reason };
}
