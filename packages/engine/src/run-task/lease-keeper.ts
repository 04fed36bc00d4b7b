import { messageOf } from "@drumline/core/errors";
import type { Log } from "@drumline/core/log";
import type { Database } from "@drumline/db";

import type { ActiveRun, ActiveRuns } from "./active-runs.ts";
import { renewLeases } from "./renew-leases.sql.ts";
import { saveLines } from "./save-lines.sql.ts";

/**
 * Shows four times per lease that this worker is alive, and writes down progress and log lines on the way.
 * A lease that was taken over aborts its handler: what it still does would be done twice.
 */
export function keepLeases({
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
      const { renewed, cancelled } = await renewLeases(db, runs.map(toLease), leaseMs);
      for (const each of runs) {
        // It may have ended, and been recorded, while the statement was under way.
        const isStillActive = active.get(each.run.id) === each;
        if (isStillActive && !renewed.has(each.run.id))
          each.stop("lease_lost", `another worker took over run ${each.run.id}`);
      }
      for (const id of cancelled) active.get(id)?.stop("cancelled", `run ${id} was cancelled`);
      await saveLines(
        db,
        runs.flatMap(({ journal }) => journal.takeLines()),
      );
    } catch (error) {
      log.warn({ error: messageOf(error) }, "leases not renewed; trying again");
    }
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

const toLease = ({ run, journal }: ActiveRun) => ({
  id: run.id,
  token: run.leaseToken,
  progress: journal.state.progress,
});
