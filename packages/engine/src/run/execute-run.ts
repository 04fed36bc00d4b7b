import { clockStartingAt, SECOND_MS, systemClock } from "@drumline/core/clock";
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
    const ending = planEnding(thrown, { ...run, stopped: active.stopped, random: random() });
    noteEndedTry(active, ending);
    return ending;
  }
}

/** A try that another one follows leaves its error in the run's log, since the run's row keeps that of the last one only. */
function noteEndedTry({ run, journal }: ActiveRun, { kind, delayMs = 0, error }: Ending): void {
  const fields = { endedTry: run.attempt, ending: kind, error };
  const goesOn = `it goes on in ${Math.ceil(delayMs / SECOND_MS)} s`;
  if (kind === "RETRY") journal.log.warn(fields, `try ${run.attempt} of ${run.maxAttempts} failed; ${goesOn}`);
  if (kind === "SNOOZE") journal.log.info(fields, `try ${run.attempt} was put off; ${goesOn}`);
}
