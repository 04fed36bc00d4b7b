import type { Clock } from "@drumline/core/clock";

/**
 * Lets `perSecond` calls begin per second, a full second's worth of them at once after a pause. Returns how long the
 * next call has to wait; its place is taken with that.
 */
export function createRateLimit(perSecond: number, clock: Clock): () => number {
  // A token bucket that may go negative: a caller that overdraws waits until its token is refilled.
  let left = perSecond;
  let countedAtMs = clock.now().getTime();
  return () => {
    const nowMs = clock.now().getTime();
    left = Math.min(perSecond, left + (Math.max(0, nowMs - countedAtMs) * perSecond) / 1_000) - 1;
    countedAtMs = nowMs;
    return left >= 0 ? 0 : Math.ceil((-left * 1_000) / perSecond);
  };
}
