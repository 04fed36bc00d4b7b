import { setTimeout as sleep } from "node:timers/promises";

import { backoffAfter, type Clock, MINUTE_MS, SECOND_MS, systemClock } from "@drumline/core/clock";
import pLimit from "p-limit";

import { type BreakerPolicy, createCircuitBreaker } from "./circuit-breaker.ts";
import { type CallSite, OutboundError, RateLimited, Unavailable, UnusableAnswer } from "./errors.ts";
import { credentialsIn, hideValues } from "./hide-values.ts";
import { createRateLimit } from "./rate-limit.ts";
import { parseAnswer, type TextAnswer } from "./read-text.ts";
import { LONGEST_SILENCE_MS } from "./retry-after.ts";
import { toRefusal } from "./to-refusal.ts";
import { createTransport, type HttpTransport } from "./transport.ts";

export interface HttpClientOptions {
  /** The outside system as people call it; begins every error message. */
  readonly name: string;
  readonly baseUrl: string;
  /** Sent with every request; never shown in an error, not even where the other side says them back. */
  readonly headers: Readonly<Record<string, string>>;
  /** Anew for every attempt, such as a request id. */
  readonly attemptHeaders?: () => Readonly<Record<string, string>>;
  /** What to do about a 401 or 403, such as "Set OMNITRON_TOKEN."; ends that error's message. */
  readonly credentialsCure: string;
  /** For one attempt, body included. */
  readonly timeoutMs?: number;
  /** Attempts after the first: every call of this client may be repeated. */
  readonly retries?: number;
  /** Before the first repetition; doubles with each further one. */
  readonly firstRetryMs?: number;
  readonly maxConcurrent?: number;
  /** Attempts that may begin per second; no limit unless told. */
  readonly perSecond?: number;
  /** Of one answer, after unpacking; 2 MiB unless told. */
  readonly maxResponseBytes?: number;
  /** However long it asks to be left alone (Retry-After), it is asked again after this; an hour unless told. */
  readonly longestSilenceMs?: number;
  /** Its own unless told; an address of our settings is trusted. */
  readonly transport?: HttpTransport;
  readonly breaker?: BreakerPolicy;
  readonly clock?: Clock;
  /** In [0, 1). */
  readonly random?: () => number;
  /** Waits, and rejects when the signal aborts. */
  readonly wait?: (delayMs: number, signal?: AbortSignal) => Promise<unknown>;
}

export interface HttpClient {
  /** Throws `AuthenticationRefused`, `RateLimited`, `Unavailable` or `UnusableAnswer`; the signal's reason when aborted. */
  get(path: string, query: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<unknown>;
  /** A POST that only asks, and so may be repeated like a GET. */
  query(path: string, body: unknown, signal?: AbortSignal): Promise<unknown>;
  /**
   * A POST under a key by which the other side knows a repetition, sent as Idempotency-Key: repeated like a GET.
   * `URLSearchParams` go as a form, anything else as JSON.
   */
  postOnce(path: string, body: unknown, idempotencyKey: string, signal?: AbortSignal): Promise<unknown>;
  /** Taking something away a second time changes nothing, so it is repeated like a GET. */
  delete(path: string, signal?: AbortSignal): Promise<unknown>;
  /** Names the call in an error of the caller's own, for an answer of the wrong shape. */
  unusable(method: "GET" | "POST" | "DELETE", path: string, problem: string): UnusableAnswer;
}

const FIRST_RETRY_MS = 200;
const LONGEST_RETRY_MS = 10 * SECOND_MS;
// A longer Retry-After is not waited for in place: the run snoozes instead of holding its worker.
const LONGEST_WAIT_IN_PLACE_MS = 5 * SECOND_MS;
const NEVER = new AbortController().signal;
const FORM = "application/x-www-form-urlencoded";

const isForm = (body: unknown): body is URLSearchParams => body instanceof URLSearchParams;
const toText = (body: unknown): string => (isForm(body) ? body.toString() : JSON.stringify(body));

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const {
    timeoutMs = 10 * SECOND_MS,
    retries = 3,
    firstRetryMs = FIRST_RETRY_MS,
    maxConcurrent = 4,
    maxResponseBytes,
    longestSilenceMs = LONGEST_SILENCE_MS,
    transport = createTransport(),
    breaker: breakerPolicy = { failures: 10, openMs: MINUTE_MS / 2 },
    clock = systemClock,
    random = Math.random,
    wait = (delayMs, signal) => sleep(delayMs, undefined, signal === undefined ? {} : { signal }),
  } = options;
  const breaker = createCircuitBreaker(breakerPolicy, clock);
  const hide = hideValues(credentialsIn(options.headers));
  const withoutSecrets = (answered: TextAnswer): TextAnswer =>
    answered.status >= 200 && answered.status < 300 ? answered : { ...answered, text: hide(answered.text) };
  const limited = pLimit(maxConcurrent);
  const waitMsForRate = options.perSecond === undefined ? () => 0 : createRateLimit(options.perSecond, clock);

  interface Sending {
    readonly body: unknown;
    readonly headers?: Readonly<Record<string, string>>;
  }

  async function call(site: CallSite, sending: Sending, signal?: AbortSignal): Promise<unknown> {
    for (let attempt = 1; ; attempt += 1) {
      signal?.throwIfAborted();
      try {
        return await limited(() => attemptOnce(site, sending, signal));
      } catch (error) {
        if (!(error instanceof OutboundError) || !error.retriable || attempt > retries) throw error;
        const delayMs =
          error instanceof RateLimited
            ? error.retryAfterMs
            : backoffAfter(attempt, { firstMs: firstRetryMs, longestMs: LONGEST_RETRY_MS, random: random() });
        if (delayMs > LONGEST_WAIT_IN_PLACE_MS && error instanceof RateLimited) throw error;
        await wait(delayMs, signal);
      }
    }
  }

  async function attemptOnce(site: CallSite, sending: Sending, signal?: AbortSignal): Promise<unknown> {
    const delayMs = waitMsForRate();
    if (delayMs > 0) await wait(delayMs, signal);
    const refusedForMs = breaker.refusesForMs();
    if (refusedForMs !== null)
      throw new Unavailable(
        site,
        `was not tried: too many calls failed in a row, the next try is in ${Math.ceil(refusedForMs / 1_000)} s.`,
        { retriable: false },
      );
    try {
      const { headers, credentialsCure } = options;
      const answer = await transport.ask(
        {
          ...site,
          url: site.url,
          shownUrl: site.url,
          headers: {
            accept: "application/json",
            ...(sending.body === undefined ? {} : { "content-type": isForm(sending.body) ? FORM : "application/json" }),
            ...headers,
            ...sending.headers,
            ...options.attemptHeaders?.(),
          },
          ...(sending.body === undefined ? {} : { body: toText(sending.body) }),
          timeoutMs,
          signal: signal ?? NEVER,
        },
        {
          ...(maxResponseBytes === undefined ? {} : { maxBytes: maxResponseBytes }),
          read: (answered) => {
            const refusal = toRefusal(site, withoutSecrets(answered), {
              credentialsCure,
              now: clock.now(),
              longestSilenceMs,
            });
            if (refusal !== null) throw refusal;
            return parseAnswer(site, answered);
          },
        },
      );
      breaker.succeeded();
      return answer;
    } catch (error) {
      if (error instanceof OutboundError) error.message = hide(error.message);
      if (error instanceof Unavailable) breaker.failed();
      else if (error instanceof OutboundError) breaker.succeeded();
      else breaker.abandoned();
      throw error;
    }
  }

  const siteOf = (method: string, path: string, query: Readonly<Record<string, string>> = {}): CallSite => {
    const url = new URL(`${options.baseUrl.replace(/\/$/, "")}${path}`);
    // They would show up in every message.
    url.username = "";
    url.password = "";
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    return { system: options.name, method, url: url.href };
  };

  return {
    get: (path, query, signal) => call(siteOf("GET", path, query), { body: undefined }, signal),
    query: (path, body, signal) => call(siteOf("POST", path), { body }, signal),
    postOnce: (path, body, idempotencyKey, signal) =>
      call(siteOf("POST", path), { body, headers: { "idempotency-key": idempotencyKey } }, signal),
    delete: (path, signal) => call(siteOf("DELETE", path), { body: undefined }, signal),
    unusable: (method, path, problem) => new UnusableAnswer(siteOf(method, path), hide(problem)),
  };
}
