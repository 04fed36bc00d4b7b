import { DAY_MS, MINUTE_MS } from "../clock/index.ts";
import { dueBetween, nextDue } from "./next-due.ts";
import type { Trigger } from "./trigger.ts";

/** What a change of a trigger does to the coming day. */
export interface TriggerComparison {
  /** The day in cells of 15 minutes: occurrences that stay, come in and go in each. */
  readonly cells: readonly {
    readonly from: Date;
    readonly kept: number;
    readonly added: number;
    readonly removed: number;
  }[];
  readonly kept: number;
  readonly added: number;
  readonly removed: number;
}

const CELL_MS = 15 * MINUTE_MS;
const CELLS = DAY_MS / CELL_MS;
/** A crontab has one a minute at most. */
const MOST_OF_CRONTAB = 2 * (DAY_MS / MINUTE_MS);

interface AnchoredTrigger {
  readonly trigger: Trigger;
  readonly anchor: Date;
}

/**
 * The occurrences of 24 hours from `now` on, by the trigger as it is and as it is to be. A changed trigger counts from
 * now, as saving it does; one that stays the same keeps its anchor.
 */
export function compareTriggers(
  before: AnchoredTrigger | null,
  after: AnchoredTrigger | null,
  now: Date,
): TriggerComparison {
  const cells = Array.from({ length: CELLS }, (_, index) => ({
    from: new Date(now.getTime() + index * CELL_MS),
    kept: 0,
    added: 0,
    removed: 0,
  }));
  const totals = { kept: 0, added: 0, removed: 0 };
  const count = (atMs: number, kind: keyof typeof totals) => {
    totals[kind] += 1;
    // The last instant of the day belongs to its last cell.
    cells[Math.min(Math.floor((atMs - now.getTime()) / CELL_MS), CELLS - 1)]![kind] += 1;
  };

  const old = before === null ? [] : instantsOf(before, now);
  const fresh = after === null ? [] : instantsOf(after, now);
  for (let o = 0, f = 0; o < old.length || f < fresh.length;) {
    const [oldMs, freshMs] = [old[o] ?? Infinity, fresh[f] ?? Infinity];
    if (oldMs === freshMs) count(oldMs, "kept");
    else if (oldMs < freshMs) count(oldMs, "removed");
    else count(freshMs, "added");
    if (oldMs <= freshMs) o += 1;
    if (freshMs <= oldMs) f += 1;
  }
  return { cells, ...totals };
}

/** Ascending. Intervals by addition: one of every second has 86,400 in a day. */
function instantsOf({ trigger, anchor }: AnchoredTrigger, now: Date): number[] {
  const untilMs = now.getTime() + DAY_MS;
  if (trigger.kind === "crontab")
    return dueBetween(trigger, anchor, now, new Date(untilMs), MOST_OF_CRONTAB).map((due) => due.getTime());
  const instants: number[] = [];
  const first = nextDue(trigger, now, anchor);
  for (let atMs = first?.getTime() ?? Infinity; atMs <= untilMs; atMs += trigger.everyMs) instants.push(atMs);
  return instants;
}
