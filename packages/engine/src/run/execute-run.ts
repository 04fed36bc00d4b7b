import { clockStartingAt, systemClock } from "@drumline/core/clock";
import type { Database } from "@drumline/db";
import { parseTaskArgs } from "@drumline/tasks";

import type { ActiveRun } from "./active-runs.ts";
import { toIdentity } from "./claim-runs.sql.ts";
import { type Ending, finished, planEnding } from "./plan-ending.ts";
import { MissingHandler, type TaskRegistry } from "./registry.ts";

export interface ExecuteOptions {
  readonly db: Database;
  readonly registry: TaskRegistry;
  readonly askForHelpers: (active: ActiveRun, count: number) => Promise<number>;
  readonly random: () => number;
}

/** Runs the handler of a claimed run and says how the try ended; never throws. */
export async function executeRun(
  active: ActiveRun,
  { db, registry, askForHelpers, random }: ExecuteOptions,
): Promise<Ending> {
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
      run: toIdentity(run),
      dryRun: run.dryRun,
      limit: run.recordLimit,
      progress: journal.progress,
      reportProblem: journal.reportProblem,
      askForHelpers: (count) => askForHelpers(active, count),
    });
    return finished(result);
  } catch (thrown) {
    return planEnding(thrown, { ...run, stopped: active.stopped, random: random() });
  }
}
