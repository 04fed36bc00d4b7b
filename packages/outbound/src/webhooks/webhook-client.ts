import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";

import { type Clock, SECOND_MS, systemClock } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";

import { parseRetryAfter } from "../http/backoff.ts";
import { createConcurrencyLimit } from "../http/concurrency-limit.ts";
import { createGuardedLookup, parseTarget } from "./guarded-target.ts";

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

/** Posts webhooks to whatever URL subscribers gave, and nowhere else than the public internet (see `parseTarget`). */
export function createWebhookClient(options: WebhookClientOptions): WebhookClient {
  const { allowPrivate, timeoutMs, maxPerHost, clock = systemClock } = options;
  const lookup = createGuardedLookup(options);
  const pool = { keepAlive: true, maxSockets: maxPerHost, maxFreeSockets: maxPerHost, lookup, timeout: 60 * SECOND_MS };
  const agents = { "http:": new HttpAgent(pool), "https:": new HttpsAgent(pool) };
  const limits = createLimitPerHost(maxPerHost);

  async function attempt(target: URL, { headers, body }: WebhookRequest, signal: AbortSignal): Promise<Answered> {
    const deadline = new AbortController();
    const timer = setTimeout(() => deadline.abort(), timeoutMs);
    const giveUp = () => deadline.abort();
    signal.addEventListener("abort", giveUp, { once: true });
    try {
      const isTls = target.protocol === "https:";
      const response = await new Promise<IncomingMessage>((resolve, reject) => {
        const sent = (isTls ? requestHttps : requestHttp)(target, {
          method: "POST",
          agent: isTls ? agents["https:"] : agents["http:"],
          headers: { ...headers, "content-length": Buffer.byteLength(body) },
          signal: deadline.signal,
        });
        sent.once("response", resolve);
        sent.once("error", reject);
        sent.end(body);
      });
      return {
        status: response.statusCode!,
        retryAfterMs: parseRetryAfter(response.headers["retry-after"] ?? null, clock.now()),
        excerpt: await readExcerpt(response),
      };
    } catch (error) {
      if (deadline.signal.aborted && !signal.aborted)
        throw new Error(`no answer within ${timeoutMs} ms`, { cause: error });
      throw error;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", giveUp);
    }
  }

  return {
    async post(request, signal) {
      signal.throwIfAborted();
      let startedAt = performance.now();
      const lastedMs = () => Math.round(performance.now() - startedAt);
      try {
        const target = parseTarget(request.url, { allowPrivate });
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
    close: () => {
      agents["http:"].destroy();
      agents["https:"].destroy();
    },
  };
}

type Answered = Pick<WebhookAnswer, "status" | "retryAfterMs" | "excerpt">;

const EXCERPT_BYTES = 500;
// A short answer is read to its end so that the connection can serve again; a long one is not worth it.
const MOST_READ_BYTES = 16 * 1024;

async function readExcerpt(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      if (bytes < EXCERPT_BYTES) parts.push(part.subarray(0, EXCERPT_BYTES - bytes));
      bytes += part.byteLength;
      if (bytes > MOST_READ_BYTES) break;
    }
  } catch {
    // The status has been read, and it alone decides; a body that breaks off changes nothing.
  }
  // A NUL cannot be kept in a text column.
  return Buffer.concat(parts).toString("utf8").replaceAll("\0", "");
}

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
