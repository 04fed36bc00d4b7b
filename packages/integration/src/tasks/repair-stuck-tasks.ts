import { MINUTE_MS } from "@drumline/core/clock";
import type { TaskContext, TaskResult } from "@drumline/core/task";
import type { Database } from "@drumline/db";

import type { IntegrationSettings } from "../settings.ts";
import { countStuck, findHeadless, raiseHeadless, repairStuck } from "./repair.sql.ts";

type RepairContext = TaskContext<
  object,
  { readonly settings: Pick<IntegrationSettings, "integrationStuckMinutes"> },
  Database
>;

const BATCH = 500;

/**
 * Has tasks begun again that are in PROCESSING for longer than the threshold and whose run shows no life, FAILED where
 * no attempt is left; and finds entities whose tasks wait without a head. What really runs is never touched.
 */
export async function repairStuckTasks(context: RepairContext): Promise<TaskResult> {
  const { db, clock, signal, gateways } = context;
  const stuckMs = gateways.settings.integrationStuckMinutes * MINUTE_MS;
  if (context.dryRun) return { wouldRepair: await countStuck(db, stuckMs) };
  const counts = { renewed: 0, failed: 0, headsRaised: 0 };
  for (let left = context.limit ?? Infinity; left > 0;) {
    signal.throwIfAborted();
    const repaired = await repairStuck(db, { stuckMs, at: clock.now(), limit: Math.min(BATCH, left) });
    for (const { id, status } of repaired) {
      counts[status === "FAILED" ? "failed" : "renewed"] += 1;
      if (status === "FAILED") context.reportProblem({ recordId: `task ${id}`, error: "its worker died each time" });
    }
    left -= repaired.length;
    if (repaired.length < BATCH) break;
  }
  for (let after = 0n; ;) {
    signal.throwIfAborted();
    const { lines, last } = await findHeadless(db, after, BATCH * 10);
    if (lines.length > 0) counts.headsRaised += await raiseHeadless(db, lines);
    if (last === null) return counts;
    after = last;
  }
}
