import { countDueBetween, dueBetween, nextDue, type Trigger } from "@drumline/core/scheduling";

export interface DueSince {
  /** The newest occurrences, oldest first. */
  readonly instants: readonly Date[];
  /** Those before them, as one: how many, and the last of them. Null when all fit. */
  readonly earlier: { readonly count: number; readonly last: Date } | null;
}

/** The occurrences in (after, until]: the newest `kept` one by one, older ones counted, so that no downtime is too long. */
export function dueSince(trigger: Trigger, anchor: Date, after: Date, until: Date, kept: number): DueSince {
  const all = dueBetween(trigger, anchor, after, until, kept + 1);
  if (all.length <= kept) return { instants: all, earlier: null };
  const count = countDueBetween(trigger, anchor, after, until) - kept;
  const last = nthDue(trigger, anchor, after, count);
  return { instants: dueBetween(trigger, anchor, last, until, kept), earlier: { count, last } };
}

function nthDue(trigger: Trigger, anchor: Date, after: Date, count: number): Date {
  if (trigger.kind === "interval") {
    return new Date(nextDue(trigger, after, anchor)!.getTime() + (count - 1) * trigger.everyMs);
  }
  let due = after;
  for (let step = 0; step < count; step += 1) due = nextDue(trigger, due, anchor)!;
  return due;
}
