import type { Log } from "@drumline/core/log";
import type { QueueBackend } from "@drumline/core/queue";

import { dispatchRuns } from "../dispatch/dispatch-runs.ts";
import { releaseHeld } from "../run-task/release-held.sql.ts";
import { loadSchedules } from "../schedules/schedule-rows.sql.ts";
import { type AdvanceOptions, advanceSchedules } from "../tick/advance-schedules.ts";
import { reapExpiredLeases } from "./expired-leases.sql.ts";
import { findLagging } from "./find-lagging.ts";
import { pruneLedger } from "./prune-ledger.sql.ts";
import { redispatchLostRuns } from "./redispatch.ts";

export interface SweepOptions extends AdvanceOptions {
  readonly backend: QueueBackend;
  readonly log: Log;
  readonly silentForMs: number;
  readonly tickWithinMs: number;
  readonly retentionDays: number;
}

export interface SweepCounts {
  readonly caughtUp: number;
  readonly retried: number;
  readonly failed: number;
  readonly redispatched: number;
  readonly released: number;
}

const AT_ONCE = 500;

/** Puts right what crashes left behind (design rule 7). Every part is guarded, so any number of beats may sweep at once. */
export async function sweep(options: SweepOptions): Promise<SweepCounts> {
  const { db, backend, clock, log } = options;
  const lagging = findLagging(await loadSchedules(db), clock.now(), options.tickWithinMs);
  const caughtUp = lagging.length === 0 ? [] : await advanceSchedules(options, lagging);
  const { retried, failed } = await reapExpiredLeases(db, AT_ONCE);
  const released = await releaseHeld(db, null);
  await dispatchRuns(backend, [...caughtUp, ...retried, ...released]);
  const redispatched = await redispatchLostRuns(options);
  await pruneLedger(db, { olderThanDays: options.retentionDays, limit: AT_ONCE });
  const counts = {
    caughtUp: caughtUp.length,
    retried: retried.length,
    failed,
    redispatched,
    released: released.length,
  };
  if (Object.values(counts).some((count) => count > 0)) log.warn(counts, "repaired the ledger");
  return counts;
}
