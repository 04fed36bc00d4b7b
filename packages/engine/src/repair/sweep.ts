import { messageOf } from "@drumline/core/errors";
import type { Log } from "@drumline/core/log";

import { dispatchRuns } from "../dispatch/dispatch-runs.ts";
import { findOverdue } from "../liveness/late-occurrences.ts";
import { keepWindows } from "../maintenance/keep-windows.ts";
import { releaseHeld } from "../run/endings.sql.ts";
import { reapAndDispatch } from "../run/reap-dead-runs.sql.ts";
import { loadSchedules } from "../schedules/schedule-rows.sql.ts";
import { type AdvanceOptions, advanceSchedules } from "../tick/advance-schedules.ts";
import { redispatchLostRuns } from "./redispatch.ts";

export interface SweepOptions extends AdvanceOptions {
  readonly log: Log;
  readonly silentForMs: number;
  readonly tickWithinMs: number;
}

export interface SweepCounts {
  readonly caughtUp: number;
  readonly reaped: number;
  readonly released: number;
  readonly redispatched: number;
}

/** What a sweep did that is no repair: nothing had crashed. */
type Swept = SweepCounts & { readonly resumed: number };

const AT_ONCE = 500;

/** Puts right what crashes left behind (design rule 7). Every part is guarded, so any number of beats may sweep at once. */
export async function sweep(options: SweepOptions): Promise<Swept> {
  const { db, backend, log } = options;
  // One after the other, each on its own: a fault in one repair must not keep the others from their work.
  const attempt = async (what: string, repair: () => Promise<number>): Promise<number> => {
    try {
      return await repair();
    } catch (error) {
      log.error({ error: messageOf(error) }, `${what} failed; trying again`);
      return 0;
    }
  };
  const counts = {
    caughtUp: await attempt("catching up missed occurrences", () => catchUp(options)),
    reaped: await attempt("taking runs from dead workers", () => reapAndDispatch(options, AT_ONCE)),
    released: await attempt("releasing held runs", async () => {
      const released = await releaseHeld(db, null);
      await dispatchRuns(backend, released);
      return released.length;
    }),
    redispatched: await attempt("dispatching lost runs", () => redispatchLostRuns(options)),
  };
  if (Object.values(counts).some((count) => count > 0)) log.warn(counts, "repaired the ledger");
  const resumed = await attempt("keeping maintenance windows", () => keepWindows(options));
  if (resumed > 0) log.info({ resumed }, "runs that waited for the end of maintenance go on");
  return { ...counts, resumed };
}

async function catchUp(options: SweepOptions): Promise<number> {
  const { db, clock, findTask, tickWithinMs } = options;
  const known = (await loadSchedules(db)).filter(({ task }) => findTask(task)?.built);
  const lagging = findOverdue(known, clock.now(), () => tickWithinMs);
  return advanceSchedules(
    options,
    lagging.map(({ schedule }) => schedule.id),
  );
}
