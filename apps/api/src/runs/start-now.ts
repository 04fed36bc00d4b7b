import { messageOf } from "@drumline/core/errors";
import { loadSwitchedOffTasks, startRuns } from "@drumline/engine";

import type { ApiParts } from "../api.ts";

/**
 * Starts a run of a task for what is due on record; one that waits already is enough. Where none can be started, or the task
 * is switched off, the schedule's next run does it.
 * @returns the run's id; null where none was started
 */
export async function startNow(
  { db, queues: backend, tasks, log }: Pick<ApiParts, "db" | "queues" | "tasks" | "log">,
  task: string,
  requestedBy: string,
): Promise<string | null> {
  const definition = tasks.find(({ name }) => name === task);
  if (definition === undefined) return null;
  try {
    if ((await loadSwitchedOffTasks(db, [task])).has(task)) return null;
    const [answer] = await startRuns({ db, backend, deduplicate: true }, [{ definition, args: {}, requestedBy }]);
    return answer!.runId;
  } catch (error) {
    log.error(
      { task, error: messageOf(error) },
      "no run could be started for what is due; the schedule's next one does it",
    );
    return null;
  }
}
