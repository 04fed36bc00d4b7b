import { clockStartingAt, systemClock } from "@drumline/core/clock";
import type { Database } from "@drumline/db";
import { parseTaskArgs } from "@drumline/tasks";

import type { ActiveRun } from "./active-runs.ts";
import { type Ending, finished, planEnding } from "./plan-ending.ts";
import { MissingHandler, type TaskRegistry } from "./registry.ts";

export interface ExecuteOptions {
  readonly db: Database;
  readonly registry: TaskRegistry;
  readonly fanOut: (active: ActiveRun, count: number) => Promise<void>;
  readonly random: () => number;
}

/** Runs the handler of a claimed run and says how the try ended; never throws. */
export async function executeRun(active: ActiveRun, { db, registry, fanOut, random }: ExecuteOptions): Promise<Ending> {
  const { run, journal, signal } = active;
  try {
    const task = registry.get(run.task);
    if (task === undefined) throw new MissingHandler(run.task);
    const result = await task.run({
      args: parseTaskArgs(task.definition, run.args),
      db,
      clock: run.clockAt === null ? systemClock : clockStartingAt(run.clockAt),
      log: journal.log,
      signal,
      run: {
        id: run.id,
        task: run.task,
        attempt: run.attempt,
        dueAt: run.dueAt,
        chunk: run.parentId === null ? null : { no: run.chunkNo ?? 0, parentId: run.parentId },
      },
      dryRun: run.dryRun,
      limit: run.recordLimit,
      progress: journal.progress,
      reportProblem: journal.reportProblem,
      fanOut: (count) => fanOut(active, count),
    });
    return finished(result);
  } catch (thrown) {
    return planEnding(thrown, { ...run, stopped: active.stopped, random: random() });
  }
}
