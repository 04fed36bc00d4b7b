import { MINUTE_MS } from "@drumline/core/clock";
import { countDueBetween, dueBetween, type Trigger } from "@drumline/core/scheduling";

export interface DueSince {
  /** The newest occurrences, oldest first. */
  readonly instants: readonly Date[];
  /** Those before them, as one: how many, and the last of them. Null when all fit. */
  readonly earlier: { readonly count: number; readonly last: Date } | null;
}

/**
 * The occurrences in (after, until]: the newest `kept` one by one, older ones counted without stepping through them, so
 * that no downtime is too long.
 */
export function dueSince(trigger: Trigger, anchor: Date, after: Date, until: Date, kept: number): DueSince {
  const all = dueBetween(trigger, anchor, after, until, kept + 1);
  if (all.length <= kept) return { instants: all, earlier: null };
  const count = countDueBetween(trigger, anchor, after, until) - kept;
  const last = dueWithLater(trigger, anchor, after, until, kept);
  return { instants: dueBetween(trigger, anchor, last, until, kept), earlier: { count, last } };
}

/**
 * The occurrence that exactly `later` others follow. Looks back from `until` in spans that double, since what is kept
 * lies near the end of any downtime, and then halves the last of them.
 */
function dueWithLater(trigger: Trigger, anchor: Date, after: Date, until: Date, later: number): Date {
  const isTooEarly = (ms: number) => countDueBetween(trigger, anchor, new Date(ms), until) > later;
  let spanMs = MINUTE_MS;
  while (until.getTime() - spanMs > after.getTime() && !isTooEarly(until.getTime() - spanMs)) spanMs *= 2;
  let tooEarlyMs = Math.max(after.getTime(), until.getTime() - spanMs);
  let lateEnoughMs = until.getTime();
  while (lateEnoughMs - tooEarlyMs > 1) {
    const middleMs = Math.floor((tooEarlyMs + lateEnoughMs) / 2);
    if (isTooEarly(middleMs)) tooEarlyMs = middleMs;
    else lateEnoughMs = middleMs;
  }
  return new Date(lateEnoughMs);
}
