import { InvalidTaskArgs } from "@drumline/tasks";
import { messageOf } from "@drumline/core/errors";
import { Cancel, Snooze, type TaskResult } from "@drumline/core/task";

import { MissingHandler } from "./registry.ts";
import type { StopReason } from "./stop-reason.ts";

/** How one try of a run ends. The last three put it back on the queue. */
export type Ending =
  | { readonly kind: "FINISHED"; readonly result: TaskResult }
  | { readonly kind: "FAILED" | "CANCELLED" | "TIMED_OUT"; readonly error: string }
  | { readonly kind: "RETRY"; readonly delayMs: number; readonly error: string }
  | { readonly kind: "SNOOZE"; readonly delayMs: number; readonly error: string }
  | { readonly kind: "HAND_BACK" };

export interface EndedTry {
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly backoffMs: number;
  /** Why the abort signal fired, if it did. */
  readonly stopped: StopReason | null;
  /** 0 … 1 */
  readonly random: number;
}

const LONGEST_BACKOFF_MS = 60 * 60 * 1_000;

/** Only an error decides; a handler that returns is done, even when it was told to stop a moment before. */
export function planEnding(thrown: unknown, { attempt, maxAttempts, backoffMs, stopped, random }: EndedTry): Ending {
  const error = messageOf(thrown);
  if (thrown instanceof Cancel) return { kind: "CANCELLED", error };
  if (stopped === "cancelled") return { kind: "CANCELLED", error: "cancelled on request" };
  if (thrown instanceof Snooze) return { kind: "SNOOZE", delayMs: thrown.delayMs, error };
  if (stopped === "shutdown") return { kind: "HAND_BACK" };
  if (thrown instanceof InvalidTaskArgs || thrown instanceof MissingHandler) return { kind: "FAILED", error };
  if (attempt < maxAttempts) return { kind: "RETRY", delayMs: backoffBefore(attempt, backoffMs, random), error };
  return { kind: stopped === "timeout" ? "TIMED_OUT" : "FAILED", error };
}

/** Doubles with each try, spread over the upper half so that what failed together does not come back together. */
function backoffBefore(attempt: number, backoffMs: number, random: number): number {
  const full = Math.min(backoffMs * 2 ** (attempt - 1), LONGEST_BACKOFF_MS);
  return Math.round(full * (0.5 + random / 2));
}
