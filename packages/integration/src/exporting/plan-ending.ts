import {
  AddressRefused,
  AuthenticationRefused,
  type OutboundError,
  RateLimited,
  Unavailable,
  UnusableAnswer,
} from "@drumline/outbound/http";
import { backoffAfter, MINUTE_MS, SECOND_MS } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";

export type Ending =
  | { readonly status: "FINISHED" }
  | { readonly status: "SKIPPED" | "FAILED"; readonly reason: string }
  | { readonly status: "RETRY"; readonly reason: string; readonly nextAt: Date; readonly isAttempt: boolean };

export interface RetryRule {
  readonly maxAttempts: number;
  readonly retryIntervalMinutes: number;
}

/** Said of a request that the same may still be under way, or taken later. */
const CONFLICT = 409;

/**
 * What becomes of a task that the other side did not take. It waits where the same may be taken later (408, 409, 425, 429,
 * 5xx, no answer) or where our credentials are refused, which is no task's fault; any other answer fails it. Being told to
 * wait is no attempt.
 */
export function planFailure(error: OutboundError, attempts: number, rule: RetryRule, now: Date): Ending {
  const reason = messageOf(error);
  const intervalMs = rule.retryIntervalMinutes * MINUTE_MS;
  if (error instanceof RateLimited) return toRetry(error.retryAfterMs, false);
  if (error instanceof AuthenticationRefused) return toRetry(intervalMs, false);
  const mayBeTaken =
    error instanceof Unavailable || (error instanceof UnusableAnswer && (error.retriable || error.status === CONFLICT));
  if (!mayBeTaken) return { status: "FAILED", reason };
  if (attempts >= rule.maxAttempts)
    return { status: "FAILED", reason: `${attempts} of ${rule.maxAttempts} attempts failed; the last: ${reason}` };
  return toRetry(intervalMs, true);

  function toRetry(delayMs: number, isAttempt: boolean): Ending {
    return { status: "RETRY", reason, nextAt: new Date(now.getTime() + delayMs), isAttempt };
  }
}

const FIRST_PAUSE_MS = 30 * SECOND_MS;
/** So many in a row do not go wrong by themselves. */
const UNANSWERED_TO_PAUSE = 3;

export interface Pause {
  readonly untilMs: number;
  readonly reason: string;
  /** It does not end by itself. */
  readonly needsPerson: boolean;
}

/**
 * Whether a route leaves its endpoint alone for a while: it said so, refuses our credentials, or did not answer three
 * times in a row (then twice as long each time, the retry interval at most).
 */
export function planPause(
  error: OutboundError,
  { unansweredInRow, pauses }: { readonly unansweredInRow: number; readonly pauses: number },
  rule: RetryRule,
  now: Date,
): Pause | null {
  const longestMs = rule.retryIntervalMinutes * MINUTE_MS;
  const until = (delayMs: number): Pause => ({
    untilMs: now.getTime() + delayMs,
    reason: messageOf(error),
    needsPerson: error instanceof AuthenticationRefused,
  });
  if (error instanceof RateLimited) return until(error.retryAfterMs);
  if (error instanceof AuthenticationRefused) return until(longestMs);
  if (error instanceof Unavailable && unansweredInRow >= UNANSWERED_TO_PAUSE)
    return until(backoffAfter(pauses + 1, { firstMs: Math.min(FIRST_PAUSE_MS, longestMs), longestMs }));
  return null;
}

/** No task is to blame, and no other one would go through: the configuration has to be corrected. */
export const isOfConfiguration = (error: unknown): boolean => error instanceof AddressRefused;
