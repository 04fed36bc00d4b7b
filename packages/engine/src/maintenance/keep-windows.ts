import type { Clock } from "@drumline/core/clock";
import type { QueueBackend } from "@drumline/core/queue";
import type { Database } from "@drumline/db";

import { dispatchRuns } from "../dispatch/dispatch-runs.ts";
import { PERIODS_AHEAD } from "./change-window.ts";
import { insertPeriods, loadPeriodsInForce, markWaiting, releaseWaiting } from "./periods.sql.ts";
import { planPeriods } from "./plan-window.ts";
import { loadShortWindows } from "./windows.sql.ts";

interface KeepOptions {
  readonly db: Database;
  readonly backend: QueueBackend;
  readonly clock: Clock;
}

const AT_ONCE = 500;
/** The other repairs of the sweep have their turn in between, and the queue fills no faster. */
const MOST_PER_SWEEP = 20_000;

/**
 * Beat's part in maintenance windows: writes the periods of recurring ones ahead, says on waiting runs why they wait, and
 * dispatches them when no window holds them any more. Answers how many went on. Every part is guarded, so any number of
 * beats may do it; that runs wait does not depend on it, since the claim asks for itself.
 */
export async function keepWindows({ db, backend, clock }: KeepOptions): Promise<number> {
  for (const { window, lastStart } of await loadShortWindows(db, PERIODS_AHEAD / 2)) {
    const now = clock.now();
    const after = lastStart === null || lastStart < now ? now : lastStart;
    await insertPeriods(db, window.id, window, planPeriods(window.timing, after, PERIODS_AHEAD));
  }
  if ((await loadPeriodsInForce(db)).length > 0) {
    for (let marked = 0, more = AT_ONCE; marked < MOST_PER_SWEEP && more === AT_ONCE; marked += more)
      more = await markWaiting(db, AT_ONCE);
  }
  let released = 0;
  while (released < MOST_PER_SWEEP) {
    const runs = await releaseWaiting(db, AT_ONCE);
    // A worker may take the first before the last is on the queue.
    const byPriority = runs.toSorted((left, right) => left.priority - right.priority);
    await dispatchRuns(backend, byPriority);
    released += runs.length;
    if (runs.length < AT_ONCE) break;
  }
  return released;
}
