import { parseJson } from "@drumline/core/text";
import { isSignedBy, signedTextOf } from "@drumline/events/signatures";
import { issuesOf } from "@drumline/outbound/records";
import { z } from "zod";

import { textOfWebhook } from "../answer-fields.ts";
import { BadSignature, UnreadableWebhook } from "../errors.ts";
import type { PaymentHint } from "../port.ts";
import { type AdyenItem, itemSchema, toHint } from "./adyen-items.ts";

const PROVIDER = "Adyen";

export interface AdyenAccess {
  /** Of the webhook, in hex as Adyen shows them; several while they rotate. */
  readonly hmacKeys: readonly string[];
  /** The account takes the money by a call of its own, so that an authorisation is no payment yet. */
  readonly isManualCapture: boolean;
}

const bodySchema = z.object({
  live: z.union([z.boolean(), z.enum(["true", "false"]).transform((value) => value === "true")]),
  notificationItems: z
    .array(z.object({ NotificationRequestItem: z.unknown() }))
    .min(1)
    .max(1_000),
});
/** Of its platform: accounts and transfers. */
const platformSchema = z.object({ type: z.string(), data: z.looseObject({}), environment: z.string() });

type Refusal = BadSignature | UnreadableWebhook;

/** A batch of items, each signed for itself: what is signed counts, and the rest is refused. */
export function parseAdyenWebhook(
  rawBody: Buffer,
  { hmacKeys, isManualCapture }: AdyenAccess,
  tellRefused: (refused: Refusal) => void = () => undefined,
): readonly PaymentHint[] {
  const body = readBody(textOfWebhook(rawBody, PROVIDER));
  if (body === null) return [];
  const keys = hmacKeys.map((key) => Buffer.from(key, "hex"));
  const hints: PaymentHint[] = [];
  const refused: Refusal[] = [];
  for (const [index, { NotificationRequestItem: raw }] of body.notificationItems.entries()) {
    try {
      const hint = toHint(readItem(raw, index, keys), { isLive: body.live, isManualCapture });
      if (hint !== null) hints.push(hint);
    } catch (error) {
      refused.push(
        error instanceof BadSignature || error instanceof UnreadableWebhook ? error : asUnreadable(error, index),
      );
    }
  }
  if (refused.length === body.notificationItems.length) throw refused[0]!;
  for (const one of refused) tellRefused(one);
  return hints;
}

function readBody(text: string): z.output<typeof bodySchema> | null {
  let body: unknown;
  try {
    body = parseJson(text);
  } catch (cause) {
    throw new UnreadableWebhook(PROVIDER, (cause as Error).message);
  }
  if (platformSchema.safeParse(body).success) return null;
  const parsed = bodySchema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new UnreadableWebhook(PROVIDER, issuesOf(parsed.error));
}

function readItem(raw: unknown, index: number, keys: readonly Buffer[]): AdyenItem {
  const parsed = itemSchema.safeParse(raw);
  if (!parsed.success) throw new UnreadableWebhook(PROVIDER, `item ${index}: ${issuesOf(parsed.error)}`);
  const item = parsed.data;
  const signature = item.additionalData?.["hmacSignature"];
  const which = `item ${index} (${item.eventCode} of ${item.pspReference})`;
  if (typeof signature !== "string") throw new BadSignature(PROVIDER, `${which} has no hmacSignature`);
  if (keys.length === 0) throw new BadSignature(PROVIDER, "no key is known to check it with. Set ADYEN_HMAC_KEYS");
  if (!isSignedBy(keys, signedTextOf(item), { signatures: [signature], encoding: "base64" }))
    throw new BadSignature(PROVIDER, `the hmacSignature of ${which} fits none of ADYEN_HMAC_KEYS`);
  return item;
}

const asUnreadable = (error: unknown, index: number): UnreadableWebhook =>
  new UnreadableWebhook(PROVIDER, `item ${index}: ${(error as Error).message}`);
