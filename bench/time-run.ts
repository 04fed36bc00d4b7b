import { setTimeout as wait } from "node:timers/promises";

import { type Databases, startRuns } from "@drumline/engine";
import type { JsonObject } from "@drumline/core/task";
import { requireTask } from "@drumline/tasks";

/** Runs a task to the end of its last chunk, by the ledger's own clock; its milliseconds and its result. */
export async function timeRun(
  { db, backend }: Databases,
  task: string,
  args: JsonObject = {},
): Promise<{ ms: number; result: Readonly<Record<string, unknown>> }> {
  const [answer] = await startRuns({ db, backend, deduplicate: false }, [{ definition: requireTask(task), args }]);
  for (;;) {
    const runs = await db.run.findMany({ where: { OR: [{ id: answer!.runId }, { parentId: answer!.runId }] } });
    const failed = runs.find(({ status }) => !["SCHEDULED", "PROCESSING", "FINISHED"].includes(status));
    if (failed !== undefined) throw new Error(`${task} ended ${failed.status}: ${failed.error}`);
    if (runs.every(({ status }) => status === "FINISHED")) {
      const startedMs = Math.min(...runs.map(({ startedAt }) => startedAt!.getTime()));
      const finishedMs = Math.max(...runs.map(({ finishedAt }) => finishedAt!.getTime()));
      const own = runs.find(({ id }) => id === answer!.runId)!;
      return { ms: finishedMs - startedMs, result: own.result as Readonly<Record<string, unknown>> };
    }
    await wait(20);
  }
}
