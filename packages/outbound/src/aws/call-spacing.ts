import { setTimeout as sleep } from "node:timers/promises";

import { SECOND_MS } from "@drumline/core/clock";

/**
 * Waits for its turn. Turns are evenly spread, so that no second ever sees more than `perSecond` of them: AWS forgives no
 * burst, which the limit of `../http/rate-limit.ts` lets through.
 */
export type TakeTurn = () => Promise<void>;

export interface CallSpacingParts {
  /** Milliseconds that only go forward. */
  readonly nowMs?: () => number;
  readonly wait?: (delayMs: number) => Promise<unknown>;
}

export function createCallSpacing(
  perSecond: number,
  { nowMs = () => performance.now(), wait = (delayMs) => sleep(delayMs) }: CallSpacingParts = {},
): TakeTurn {
  const apartMs = SECOND_MS / perSecond;
  let nextTurnMs = -Infinity;
  let lastInLine: Promise<void> = Promise.resolve();
  const takeTurn = async () => {
    // Timers can fire early, so the time is checked again before the call goes on.
    for (let leftMs = nextTurnMs - nowMs(); leftMs > 0; leftMs = nextTurnMs - nowMs()) await wait(Math.ceil(leftMs));
    nextTurnMs = nowMs() + apartMs;
  };
  // One after another: turns that were given out beforehand would all come at once after the process stood still.
  return () => (lastInLine = lastInLine.then(takeTurn));
}
