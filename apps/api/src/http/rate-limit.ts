import rateLimit, { type FastifyRateLimitStore } from "@fastify/rate-limit";
import { type Clock, MINUTE_MS } from "@drumline/core/clock";
import type { FastifyRequest } from "fastify";

import type { Api, ApiParts } from "../api.ts";
import { networkOf } from "./client-address.ts";
import { HttpProblem } from "./problem.ts";

/** Answers 429 with Retry-After; counted by each api process for itself, in windows of a minute. */
export interface RateLimits {
  /** Counts a wrong token of this request's address. @throws {HttpProblem} once there were too many */
  refuseWrongToken(request: FastifyRequest): Promise<void>;
}

const WRONG_TOKENS_PER_MINUTE = 20;

/**
 * One limiter with two counts: requests per token (per address where no token is asked for) on every route that is added
 * after it and has no `rateLimit: false`, and wrong tokens per address, which the guard asks about.
 */
export async function addRateLimits(
  app: Api,
  { clock, requestsPerMinute }: Pick<ApiParts, "clock" | "requestsPerMinute">,
): Promise<RateLimits> {
  await app.register(rateLimit, {
    global: requestsPerMinute > 0,
    max: requestsPerMinute,
    timeWindow: MINUTE_MS,
    store: windowsBy(clock),
    keyGenerator: (request) =>
      request.identity === null ? `address ${networkOf(request)}` : `token ${request.identity.name}`,
    errorResponseBuilder: (_request, { max, after }) =>
      new HttpProblem(429, `More than ${max} requests in a minute; try again in ${after}.`, {
        code: "TOO_MANY_REQUESTS",
      }),
  });
  const countWrongToken = app.createRateLimit({ max: WRONG_TOKENS_PER_MINUTE, keyGenerator: networkOf });
  return {
    refuseWrongToken: async (request) => {
      const counted = await countWrongToken(request);
      if (!counted.isAllowed && counted.isExceeded) throw tooManyFailures(counted.ttlInSeconds);
    },
  };
}

function tooManyFailures(waitSeconds: number): HttpProblem {
  return new HttpProblem(429, `Too many wrong tokens came from this address; try again in ${waitSeconds} s.`, {
    code: "TOO_MANY_FAILURES",
    headers: { "retry-after": String(waitSeconds) },
  });
}

const MOST_KEYS = 10_000;

/** The plugin's own store reads the system's clock. */
function windowsBy(clock: Clock) {
  return class Windows implements FastifyRateLimitStore {
    readonly #windows = new Map<string, { count: number; endsAtMs: number }>();

    incr(key: string, callback: (error: null, counted: { current: number; ttl: number }) => void, windowMs: number) {
      const nowMs = clock.now().getTime();
      const open = this.#windows.get(key);
      const isOpen = open !== undefined && open.endsAtMs > nowMs;
      if (!isOpen && this.#windows.size >= MOST_KEYS) this.#windows.clear();
      const window = isOpen ? { ...open, count: open.count + 1 } : { count: 1, endsAtMs: nowMs + windowMs };
      this.#windows.set(key, window);
      callback(null, { current: window.count, ttl: window.endsAtMs - nowMs });
    }

    child() {
      return new Windows();
    }
  };
}
