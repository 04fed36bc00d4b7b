import type { LookupFunction } from "node:net";

import { type Clock, systemClock } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";
import { cutText } from "@drumline/core/text";
import {
  AddressRefused,
  createAddressGuard,
  createConcurrencyLimit,
  parseRetryAfter,
  createTransport,
} from "@drumline/outbound/http";

/** How webhooks are sent. */
/** Posts webhooks over connections that are kept open between them. */
export interface WebhookClientOptions {
  /** Lets webhooks go to private and loopback addresses: development and the sandbox. */
  readonly allowPrivate: boolean;
  /** For one attempt, name resolution and answer included. */
  readonly timeoutMs: number;
  /** Attempts at once to one scheme, host and port. */
  readonly maxPerHost: number;
  readonly clock?: Clock;
  /** Resolves names; a test's own. */
  readonly lookup?: LookupFunction;
}

/** What is posted where. */
export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What became of one attempt. `status` is null where nobody answered. */
export interface WebhookAnswer {
  readonly status: number | null;
  /** As asked for in Retry-After; null where it was not. */
  readonly retryAfterMs: number | null;
  /** The beginning of the answer's body; null without an answer. */
  readonly excerpt: string | null;
  /** Why there was no answer. */
  readonly error: string | null;
  readonly durationMs: number;
}

export interface WebhookClient {
  /** One POST, no redirects, never throws but the signal's reason. */
  post(request: WebhookRequest, signal: AbortSignal): Promise<WebhookAnswer>;
  close(): void;
}

const CURE = "Use a host on the public internet; for development only, set WEBHOOK_ALLOW_PRIVATE=true.";

/** Posts webhooks to whatever URL subscribers gave, and nowhere else than the public internet. */
export function createWebhookClient(options: WebhookClientOptions): WebhookClient {
  const { allowPrivate, timeoutMs, maxPerHost, clock = systemClock, lookup } = options;
  const guard = createAddressGuard({
    allowed: allowPrivate ? "all" : [],
    cure: CURE,
    ...(lookup === undefined ? {} : { lookup }),
  });
  const transport = createTransport({ guard });
  const limits = createLimitPerHost(maxPerHost);

  async function attempt(target: URL, { headers, body }: WebhookRequest, signal: AbortSignal): Promise<Answered> {
    const request = { system: "webhook", method: "POST", url: target, headers, body, timeoutMs, signal };
    return await transport.ask(request, {
      maxBytes: MOST_READ_BYTES,
      invalidText: "mark",
      whenBigger: "cut",
      read: ({ status, headers: answered, text }) => ({
        status,
        retryAfterMs: parseRetryAfter(answered["retry-after"] ?? null, clock.now()),
        // A NUL cannot be kept in a text column.
        excerpt: cutText(text.replaceAll("\0", ""), EXCERPT_CHARACTERS),
      }),
    });
  }

  return {
    async post(request, signal) {
      signal.throwIfAborted();
      let startedAt = performance.now();
      const lastedMs = () => Math.round(performance.now() - startedAt);
      try {
        const target = parseTarget(request.url);
        const answered = await limits(target.origin, () => {
          signal.throwIfAborted();
          startedAt = performance.now();
          return attempt(target, request, signal);
        });
        return { ...answered, error: null, durationMs: lastedMs() };
      } catch (error) {
        signal.throwIfAborted();
        return { status: null, retryAfterMs: null, excerpt: null, error: messageOf(error), durationMs: lastedMs() };
      }
    },
    close: transport.close,
  };
}

/**
 * The target of a webhook, as far as its text can be judged; its address is judged at every connection. Throws
 * `AddressRefused` for anything but http and https, and for credentials in the URL (headers are the place for them).
 */
export function parseTarget(raw: string): URL {
  if (!URL.canParse(raw)) throw new AddressRefused(JSON.stringify(cutText(raw, 200)), "it is not a URL", CURE);
  const url = new URL(raw);
  if (url.protocol !== "http:" && url.protocol !== "https:")
    throw new AddressRefused(url.host || url.protocol, `${url.protocol} is neither http: nor https:`, CURE);
  if (url.username !== "" || url.password !== "")
    throw new AddressRefused(
      url.host,
      "the URL holds credentials, which would end up in logs; send a header instead",
      CURE,
    );
  return url;
}

type Answered = Pick<WebhookAnswer, "status" | "retryAfterMs" | "excerpt">;

const EXCERPT_CHARACTERS = 500;
// A short answer is read to its end so that the connection can serve again; a long one is not worth it.
const MOST_READ_BYTES = 16 * 1024;

/** One limit per host while anything is under way there, so that hosts of the past take no memory. */
function createLimitPerHost(max: number): <T>(host: string, work: () => Promise<T>) => Promise<T> {
  const hosts = new Map<string, { limited: ReturnType<typeof createConcurrencyLimit>; users: number }>();
  return async (host, work) => {
    const entry = hosts.get(host) ?? { limited: createConcurrencyLimit(max), users: 0 };
    hosts.set(host, entry);
    entry.users += 1;
    try {
      return await entry.limited(work);
    } finally {
      entry.users -= 1;
      if (entry.users === 0) hosts.delete(host);
    }
  };
}
