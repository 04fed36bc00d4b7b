import { DAY_MS } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";
import type { HandlersFor, TaskContext, TaskResult } from "@drumline/core/task";
import { countOldRecords, type Database, deleteOldRecords, type RetentionRule } from "@drumline/db";
import type { drumlineTasks } from "@drumline/tasks";

/** What the maintenance of a process follows: the rules of the engine and of every context it runs. */
export interface MaintenanceGateways {
  readonly retention: readonly RetentionRule[];
}

type Context = TaskContext<object, MaintenanceGateways, Database>;

const BATCH_SIZE = 1_000;

/**
 * Deletes what the retention rules let go, table by table, in small statements, so that nobody waits for it. A table that
 * fails is reported and the others go on; throws when none could be done. A dry run counts.
 */
async function deleteOld(context: Context): Promise<TaskResult> {
  const { db, clock, dryRun, gateways, signal } = context;
  const counts: Record<string, number> = {};
  const failures: unknown[] = [];
  const rules = gateways.retention.filter(({ days }) => days > 0);
  let left = context.limit ?? Number.POSITIVE_INFINITY;
  for (const rule of rules) {
    signal.throwIfAborted();
    const at = clock.now();
    const before = new Date(at.getTime() - rule.days * DAY_MS);
    try {
      const count = dryRun
        ? await countOldRecords(db, rule, before)
        : await deleteOldRecords(db, rule, { before, at, batchSize: BATCH_SIZE, limit: left, signal });
      counts[rule.table] = count;
      if (!dryRun) left -= count;
    } catch (error) {
      signal.throwIfAborted();
      failures.push(error);
      context.reportProblem({ recordId: rule.table, error: messageOf(error) });
    }
    context.progress(Object.keys(counts).length + failures.length, rules.length);
  }
  if (failures.length > 0 && failures.length === rules.length) throw failures[0];
  return dryRun ? { wouldDelete: counts } : { deleted: counts };
}

/** The engine's own tasks, by wire name: a worker registers them beside those of the contexts. */
export const maintenanceHandlers = {
  "drumline.maintenance.tasks.delete_old_records": deleteOld,
} satisfies HandlersFor<typeof drumlineTasks, MaintenanceGateways, Database>;
