import type { Clock } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";

import { parseRetryAfter } from "./backoff.ts";
import {
  AuthenticationRefused,
  type CallSite,
  OutboundError,
  RateLimited,
  Unavailable,
  UnusableAnswer,
} from "./errors.ts";
import { excerptOf, readJson, readText } from "./read-json.ts";

const RETRY_AFTER_WHERE_ABSENT_MS = 30_000;

interface Call {
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined sends none. */
  readonly body: unknown;
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
  readonly credentialsCure: string;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
}

/** One attempt: the JSON answer, or the error that says what to do about it. */
export async function performCall(site: CallSite, call: Call): Promise<unknown> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), call.timeoutMs);
  const giveUp = () => deadline.abort();
  // A listener of our own, taken off again: AbortSignal.any would hang one more on a run's signal with every call.
  call.signal?.addEventListener("abort", giveUp, { once: true });
  try {
    const response = await fetch(site.url, {
      method: site.method,
      headers: {
        accept: "application/json",
        ...(call.body === undefined ? {} : { "content-type": "application/json" }),
        ...call.headers,
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      redirect: "manual",
      signal: deadline.signal,
    });
    if (response.ok) return await readJson(response, site, call.maxResponseBytes);
    throw await refusalOf(response, site, call);
  } catch (error) {
    if (error instanceof OutboundError) throw error;
    call.signal?.throwIfAborted();
    if (deadline.signal.aborted)
      throw new Unavailable(site, `did not answer within ${call.timeoutMs} ms.`, { cause: error });
    throw new Unavailable(site, `could not be reached (${messageOf(error)}).`, { cause: error });
  } finally {
    clearTimeout(timer);
    call.signal?.removeEventListener("abort", giveUp);
  }
}

async function refusalOf(response: Response, site: CallSite, call: Call): Promise<Error> {
  const { status } = response;
  // Read to the end, so that the connection can be used again.
  const excerpt = excerptOf(await readText(response, site, call.maxResponseBytes));
  if (status === 401 || status === 403) return new AuthenticationRefused(site, status, call.credentialsCure);
  if (status === 429) {
    const retryAfterMs = parseRetryAfter(response.headers.get("retry-after"), call.clock.now());
    return new RateLimited(site, retryAfterMs ?? RETRY_AFTER_WHERE_ABSENT_MS);
  }
  if (status >= 500) return new Unavailable(site, `answered ${status}: ${excerpt}`);
  const problem = `answered ${status}, which was not expected: ${excerpt}. Check its URL and version.`;
  return new UnusableAnswer(site, problem, { status });
}
