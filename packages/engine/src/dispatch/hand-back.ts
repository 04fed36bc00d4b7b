import type { Log } from "@drumline/core/log";
import type { QueueBackend } from "@drumline/core/queue";
import { createGroupCommit, type Database } from "@drumline/db";

import { loadLivingProcesses } from "../heartbeat/living-processes.ts";
import { dispatchRuns } from "./dispatch-runs.ts";
import { markUnserved, passOnRuns } from "./unserved-runs.sql.ts";

/** A run that came to a worker without its task. */
export interface StrayRun {
  readonly id: string;
  readonly task: string;
  readonly queue: string;
}

const MOST_PER_STATEMENT = 200;
/** The next worker to ask may be this one again. */
const AGAIN_AFTER_MS = 500;

/**
 * Hands runs back that this worker has no task for, without a claim and so without using up a try. Where another living
 * worker has the task, the run goes on the queue again; otherwise it waits off the queue, says so, and the repair sweep
 * dispatches it when one comes.
 */
export function createHandBack({ db, backend, log }: { db: Database; backend: QueueBackend; log: Log }): {
  add(run: StrayRun): Promise<"passed on" | "no worker">;
} {
  return createGroupCommit(
    async (runs: readonly StrayRun[]) => {
      const living = await loadLivingProcesses(db);
      const isServed = ({ task, queue }: StrayRun) => living.serves(task, queue);
      const [served, unserved] = [runs.filter(isServed), runs.filter((run) => !isServed(run))];
      await markUnserved(db, unserved.map(toId));
      await dispatchRuns(backend, await passOnRuns(db, served.map(toId), AGAIN_AFTER_MS));
      for (const task of new Set(runs.map((run) => run.task)))
        log.warn({ task }, "runs handed back: this worker does not have their task");
      return runs.map((run) => (isServed(run) ? "passed on" : "no worker"));
    },
    { maxItems: MOST_PER_STATEMENT },
  );
}

const toId = ({ id }: StrayRun): string => id;
