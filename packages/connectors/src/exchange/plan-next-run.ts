import { backoffAfter, DAY_MS, SECOND_MS } from "@drumline/core/clock";
import { pauseEnd } from "@drumline/core/task";

/** What the last exchange leaves for the next. */
export interface NextRun {
  readonly consecutiveFailures: number;
  readonly nextRunAt: Date;
  readonly pausedReason: string | null;
}

export const FAILURES_TO_PAUSE = 5;

/** In time after success; after failure twice as late each time, a day at most; paused after five in a row. */
export function planNextRun(
  before: { readonly intervalSeconds: number; readonly consecutiveFailures: number },
  outcome: { readonly error: string | null; readonly hasMore: boolean; readonly retryAfterMs: number | null },
  now: Date,
  dueAt: Date | null = null,
): NextRun {
  const intervalMs = before.intervalSeconds * SECOND_MS;
  const after = (pauseMs: number) => pauseEnd({ dueAt, now }, pauseMs);
  if (outcome.retryAfterMs !== null)
    return {
      consecutiveFailures: before.consecutiveFailures,
      nextRunAt: new Date(now.getTime() + Math.min(DAY_MS, Math.max(SECOND_MS, outcome.retryAfterMs))),
      pausedReason: null,
    };
  if (outcome.error === null)
    return { consecutiveFailures: 0, nextRunAt: after(outcome.hasMore ? 0 : intervalMs), pausedReason: null };
  const consecutiveFailures = before.consecutiveFailures + 1;
  const delayMs = backoffAfter(consecutiveFailures + 1, {
    firstMs: intervalMs,
    longestMs: Math.max(DAY_MS, intervalMs),
  });
  const pausedReason =
    consecutiveFailures >= FAILURES_TO_PAUSE
      ? `${consecutiveFailures} exchanges failed in a row; the last: ${outcome.error}`
      : null;
  return { consecutiveFailures, nextRunAt: after(delayMs), pausedReason };
}
