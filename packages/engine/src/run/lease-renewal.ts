import { messageOf } from "@drumline/core/errors";
import type { Log } from "@drumline/core/log";
import { commitApart, type Database } from "@drumline/db";

import type { ActiveRun, ActiveRuns } from "./active-runs.ts";
import { lastNoOf } from "./insert-lines.sql.ts";
import { type HeldLease, type RenewedLease, renewLeases } from "./renew-leases.sql.ts";
import type { LogLine } from "./run-journal.ts";

/**
 * Shows four times per lease that this worker is alive, and writes down progress and log lines on the way.
 * A lease that was taken over aborts its handler: what it still does would be done twice.
 */
export function startLeaseRenewal({
  db,
  log,
  active,
  leaseMs,
}: {
  db: Database;
  log: Log;
  active: ActiveRuns;
  leaseMs: number;
}): { stop(): Promise<void> } {
  let underWay: Promise<void> | null = null;

  const renew = async () => {
    const runs = active.list();
    if (runs.length === 0) return;
    try {
      const leases = runs.map(toLease);
      const outcomes = await commitApart(leases, (some) => renewLeases(db, some, leaseMs));
      for (const [index, each] of runs.entries()) {
        const lease = leases[index]!;
        const outcome = outcomes[index]!;
        if (outcome.isCommitted) follow(each, outcome.result, lease.lines);
        else follow(each, await renewWithoutDetails(lease, outcome.error), lease.lines);
      }
    } catch (error) {
      log.warn({ error: messageOf(error) }, "leases not renewed; trying again");
    }
  };

  /** The lease is what matters: progress and lines that the database refuses are left out. */
  const renewWithoutDetails = async (lease: HeldLease, refusal: unknown): Promise<RenewedLease> => {
    log.error({ runId: lease.id, error: messageOf(refusal) }, "the database refuses a run's progress or log lines");
    const [renewed] = await renewLeases(db, [{ ...lease, progress: null, lines: [] }], leaseMs);
    return renewed!;
  };

  const follow = (each: ActiveRun, renewed: RenewedLease, lines: readonly LogLine[]) => {
    const { id } = each.run;
    if (renewed !== "lost") each.journal.markSaved(lastNoOf(lines));
    if (renewed === "cancelled") each.stop("cancelled", `run ${id} was cancelled`);
    // It may have ended, and been recorded, while the statement was under way.
    const isStillActive = active.get(id) === each;
    if (renewed === "lost" && isStillActive) each.stop("lease_lost", `another worker took over run ${id}`);
  };

  const timer = setInterval(() => {
    underWay ??= renew().finally(() => {
      underWay = null;
    });
  }, leaseMs / 4);

  return {
    stop: async () => {
      clearInterval(timer);
      await underWay;
    },
  };
}

const toLease = ({ run, journal }: ActiveRun): HeldLease => ({
  id: run.id,
  token: run.leaseToken,
  progress: journal.state.progress,
  lines: journal.unsavedLines(),
});
