import { DAY_MS, MINUTE_MS } from "../clock/index.ts";
import { countCrontabDue, nextCrontabDue } from "./crontab-due.ts";
import type { IntervalTrigger, Trigger } from "./trigger.ts";

/**
 * The first occurrence strictly later than `after`; null when there is none before the end of representable time.
 * Intervals are due at `anchor` + n · interval, n ≥ 1, so they neither drift nor fire at once; a crontab ignores `anchor`.
 */
export function nextDue(trigger: Trigger, after: Date, anchor: Date): Date | null {
  const dueMs =
    trigger.kind === "interval"
      ? nextIntervalDue(trigger, after.getTime(), anchor.getTime())
      : nextCrontabDue(trigger, after.getTime());
  if (dueMs === null) return null;
  const due = new Date(dueMs);
  return Number.isNaN(due.getTime()) ? null : due;
}

/** The last occurrence at or before `at`; null when there was none. Looks back no further than 20 years. */
export function latestDue(trigger: Trigger, anchor: Date, at: Date): Date | null {
  if (trigger.kind === "interval") {
    const count = intervalsUntil(trigger, anchor.getTime(), at.getTime());
    return count < 1 ? null : new Date(anchor.getTime() + count * trigger.everyMs);
  }
  return latestCrontabDue((afterMs) => nextCrontabDue(trigger, afterMs), at.getTime());
}

/** The first `limit` occurrences in (after, until], oldest first. */
export function dueBetween(trigger: Trigger, anchor: Date, after: Date, until: Date, limit: number): Date[] {
  const found: Date[] = [];
  let due = limit > 0 ? nextDue(trigger, after, anchor) : null;
  while (due !== null && due <= until) {
    found.push(due);
    due = found.length < limit ? nextDue(trigger, due, anchor) : null;
  }
  return found;
}

/** How many occurrences (after, until] holds: arithmetic, and at most a look at each day, however often it falls due. */
export function countDueBetween(trigger: Trigger, anchor: Date, after: Date, until: Date): number {
  if (until <= after) return 0;
  if (trigger.kind === "crontab") return countCrontabDue(trigger, after.getTime(), until.getTime());
  const upTo = (at: Date) => Math.max(0, intervalsUntil(trigger, anchor.getTime(), at.getTime()));
  return upTo(until) - upTo(after);
}

function nextIntervalDue(trigger: IntervalTrigger, afterMs: number, anchorMs: number): number {
  const count = Math.max(0, intervalsUntil(trigger, anchorMs, afterMs));
  return anchorMs + (count + 1) * trigger.everyMs;
}

function intervalsUntil({ everyMs }: IntervalTrigger, anchorMs: number, atMs: number): number {
  return Math.floor((atMs - anchorMs) / everyMs);
}

const FIRST_LOOK_BACK_MS = MINUTE_MS;
const LAST_LOOK_BACK_MS = 20 * 366 * DAY_MS;

/** Looks back twice as far each time until it meets an occurrence, then halves the rest until no later one is left. */
function latestCrontabDue(next: (afterMs: number) => number | null, atMs: number): Date | null {
  const nextUpTo = (afterMs: number) => {
    const dueMs = next(afterMs);
    return dueMs !== null && dueMs <= atMs ? dueMs : null;
  };
  let latestMs: number | null = null;
  for (let backMs = FIRST_LOOK_BACK_MS; latestMs === null && backMs <= LAST_LOOK_BACK_MS; backMs *= 2) {
    latestMs = nextUpTo(atMs - backMs);
  }
  let noneAfterMs = atMs;
  for (let laterMs = latestMs; laterMs !== null; laterMs = nextUpTo(laterMs)) {
    latestMs = laterMs;
    const middleMs = Math.floor((laterMs + noneAfterMs) / 2);
    const beyondMs = nextUpTo(middleMs);
    if (beyondMs === null) noneAfterMs = middleMs;
    else latestMs = laterMs = beyondMs;
  }
  return latestMs === null ? null : new Date(latestMs);
}
