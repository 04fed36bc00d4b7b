import { Cancel, Snooze } from "@drumline/core/task";

import { AuthenticationRefused, RateLimited } from "./errors.ts";

/**
 * What a handler throws for what an outside system did: refused credentials end the run without retries, a rate limit
 * puts it off for as long as asked, and everything else stays a failure that the engine retries.
 */
export function toOutcome(error: unknown): unknown {
  if (error instanceof AuthenticationRefused) return new Cancel(error.message, { cause: error });
  if (error instanceof RateLimited) return new Snooze(error.retryAfterMs, error.message, { cause: error });
  return error;
}
