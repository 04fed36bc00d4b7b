import { setImmediate } from "node:timers/promises";

/** Resolves at once, or after the event loop had a turn, once the caller has held it for long enough. */
export type Yielder = () => Promise<void>;

const LONGEST_HOLD_MS = 15;
/** Looking at the time costs more than most steps: every so many calls is enough, save where a single step may be long. */
const CALLS_PER_LOOK = 16;

/**
 * For loops over input that may be long: `await pause()` once per step lets leases, heartbeats and other runs go on, so
 * that no input holds the event loop for 50 ms (design, task contract).
 */
export function createYielder(
  holdMs = LONGEST_HOLD_MS,
  nowMs: () => number = () => performance.now(),
  callsPerLook = CALLS_PER_LOOK,
): Yielder {
  let heldSinceMs = nowMs();
  let calls = 0;
  return async () => {
    calls += 1;
    if (calls % callsPerLook !== 0 || nowMs() - heldSinceMs < holdMs) return;
    await setImmediate();
    heldSinceMs = nowMs();
  };
}

/** The same for loops in which a single step may take milliseconds, such as reading a record or planning an order. */
export const createLongStepYielder = (): Yielder => createYielder(LONGEST_HOLD_MS, () => performance.now(), 1);
