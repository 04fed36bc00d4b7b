import { backoffAfter, DAY_MS, HOUR_MS, SECOND_MS } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";
import { Cancel, Snooze } from "@drumline/core/task";
import { type StorableJson, toStorableJson, toStorableText } from "@drumline/core/text";
import { InvalidTaskArgs } from "@drumline/tasks";

import type { StopReason } from "./active-runs.ts";
import { MissingHandler } from "./registry.ts";

/** How one try of a run ends, fit to be written. RETRY, SNOOZE and HAND_BACK put it back on the queue. */
export interface Ending {
  readonly kind: "FINISHED" | "FAILED" | "CANCELLED" | "TIMED_OUT" | "RETRY" | "SNOOZE" | "HAND_BACK";
  readonly result?: StorableJson;
  readonly error?: string;
  /** Until the run goes out again. */
  readonly delayMs?: number;
  /** What is known of the process that died with the run; absent where the handler came to an end. */
  readonly death?: string;
}

export interface EndedTry {
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly backoffMs: number;
  /** Why the abort signal fired, if it did. */
  readonly stopped: StopReason | null;
  /** 0 … 1 */
  readonly random: number;
}

export const LONGEST_BACKOFF_MS = HOUR_MS;
/** So many workers may die with a run before it goes out alone: a victim beside a killer seldom dies twice. */
export const DEATHS_BEFORE_ALONE = 2;
/** What must wait longer than a day is a schedule's business: a run that sleeps for years stops its schedule. */
const LONGEST_SNOOZE_MS = DAY_MS;
/** A Retry-After of 0 must not become a loop without a pause. */
const SHORTEST_SNOOZE_MS = SECOND_MS;
const ERROR_CODE_POINTS = 10_000;

export const finished = (result: unknown): Ending => ({ kind: "FINISHED", result: toStorableJson(result) });

/** Only an error decides; a handler that returns is done, even when it was told to stop a moment before. */
export function planEnding(thrown: unknown, { attempt, maxAttempts, backoffMs, stopped, random }: EndedTry): Ending {
  const error = toStorableText(messageOf(thrown), ERROR_CODE_POINTS);
  if (thrown instanceof Cancel) return { kind: "CANCELLED", error };
  if (stopped === "cancelled") return { kind: "CANCELLED", error: "cancelled on request" };
  if (thrown instanceof Snooze) return { kind: "SNOOZE", delayMs: toSnoozeMs(thrown.delayMs, backoffMs), error };
  if (stopped === "shutdown") return { kind: "HAND_BACK" };
  if (thrown instanceof InvalidTaskArgs || thrown instanceof MissingHandler) return { kind: "FAILED", error };
  if (attempt < maxAttempts) {
    const backoff = { firstMs: backoffMs, longestMs: LONGEST_BACKOFF_MS, random };
    return { kind: "RETRY", delayMs: backoffAfter(attempt, backoff), error };
  }
  return { kind: stopped === "timeout" ? "TIMED_OUT" : "FAILED", error };
}

/** A delay of any size, sign or kind, since it may come from outside, as one that an instant can be counted from. */
function toSnoozeMs(delayMs: number, backoffMs: number): number {
  const asked = Number.isNaN(delayMs) ? backoffMs : delayMs;
  return Math.round(Math.min(Math.max(asked, SHORTEST_SNOOZE_MS), LONGEST_SNOOZE_MS));
}
