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
import { pauseEnd, type Turn } from "@drumline/core/task";

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
 * wait is no attempt. An interval ends with the route's turn where the two are as long.
 */
export function planFailure(error: OutboundError, attempts: number, rule: RetryRule, turn: Turn): Ending {
  const reason = messageOf(error);
  const nextTurn = pauseEnd(turn, rule.retryIntervalMinutes * MINUTE_MS);
  if (error instanceof RateLimited) return toRetry(new Date(turn.now.getTime() + error.retryAfterMs), false);
  if (error instanceof AuthenticationRefused) return toRetry(nextTurn, false);
  const mayBeTaken =
    error instanceof Unavailable || (error instanceof UnusableAnswer && (error.retriable || error.status === CONFLICT));
  if (!mayBeTaken) return { status: "FAILED", reason };
  if (attempts >= rule.maxAttempts)
    return { status: "FAILED", reason: `${attempts} of ${rule.maxAttempts} attempts failed; the last: ${reason}` };
  return toRetry(nextTurn, true);

  function toRetry(nextAt: Date, isAttempt: boolean): Ending {
    return { status: "RETRY", reason, nextAt, isAttempt };
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
  turn: Turn,
): Pause | null {
  const longestMs = rule.retryIntervalMinutes * MINUTE_MS;
  const until = (end: Date): Pause => ({
    untilMs: end.getTime(),
    reason: messageOf(error),
    needsPerson: error instanceof AuthenticationRefused,
  });
  const after = (delayMs: number): Date => new Date(turn.now.getTime() + delayMs);
  if (error instanceof RateLimited) return until(after(error.retryAfterMs));
  if (error instanceof AuthenticationRefused) return until(pauseEnd(turn, longestMs));
  if (error instanceof Unavailable && unansweredInRow >= UNANSWERED_TO_PAUSE) {
    const delayMs = backoffAfter(pauses + 1, { firstMs: Math.min(FIRST_PAUSE_MS, longestMs), longestMs });
    return until(delayMs < longestMs ? after(delayMs) : pauseEnd(turn, longestMs));
  }
  return null;
}

/** No task is to blame, and no other one would go through: the configuration has to be corrected. */
export const isOfConfiguration = (error: unknown): boolean => error instanceof AddressRefused;
