import { DAY_MS } from "@drumline/core/clock";
import type { TaskContext, TaskResult } from "@drumline/core/task";
import type { Database } from "@drumline/db";

import type { IntegrationSettings } from "../settings.ts";
import { deleteOldTasks, deleteUnusedEntities, findPruned, type PrunedStatus } from "./prune.sql.ts";

interface PruneArgs {
  readonly maxAgeDays?: number | undefined;
  readonly maxTasks?: number | undefined;
  readonly routes?: readonly string[] | undefined;
  readonly statuses?: readonly PrunedStatus[] | undefined;
}

type PruneContext = TaskContext<
  PruneArgs,
  { readonly settings: Pick<IntegrationSettings, "integrationTaskDays"> },
  Database
>;

const BATCH = 2_000;

/** Deletes tasks that ended too long ago, and of each route those beyond the newest that are kept. What is open stays. */
export async function pruneTasks(context: PruneContext): Promise<TaskResult> {
  const { db, args, clock, signal, gateways, limit } = context;
  const statuses = args.statuses ?? ["FINISHED", "SKIPPED"];
  const days = args.maxAgeDays ?? gateways.settings.integrationTaskDays;
  const before = new Date(clock.now().getTime() - days * DAY_MS);
  const pruned = await findPruned(db, { routes: args.routes ?? null, keep: args.maxTasks ?? null });
  const unknown = (args.routes ?? []).filter((name) => !pruned.some(({ identifier }) => identifier === name));
  for (const name of unknown) context.reportProblem({ recordId: name, error: "there is no route of this identifier" });
  if (context.dryRun) return { wouldPrune: pruned.map(({ identifier }) => identifier), before: before.toISOString() };
  let deleted = 0;
  for (const route of pruned)
    for (const status of statuses)
      for (;;) {
        signal.throwIfAborted();
        const most = Math.min(BATCH, (limit ?? Infinity) - deleted);
        const gone = most > 0 ? await deleteOldTasks(db, route, status, before, most) : 0;
        deleted += gone;
        context.progress(deleted);
        if (gone < most || most <= 0) break;
      }
  return { deleted, entities: await deleteUnusedEntities(db, before, BATCH) };
}
