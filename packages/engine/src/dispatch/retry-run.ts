import type { QueueBackend } from "@drumline/core/queue";
import { DrumlineError } from "@drumline/core/errors";
import type { TaskDefinition } from "@drumline/core/task";
import type { Database } from "@drumline/db";

import type { DuplicateGuard } from "../ledger/duplicate-guard.ts";
import { loadEndedRun } from "./ended-run.sql.ts";
import { type StartAnswer, startRuns } from "./start-runs.ts";

/** A run that cannot be run again: `reason` is a stable word. */
export class RefusedRetry extends DrumlineError {
  readonly reason: "NO_SUCH_RUN" | "RUN_IS_OPEN" | "RUN_IS_A_CHUNK" | "TASK_NOT_IMPLEMENTED";

  constructor(reason: RefusedRetry["reason"], message: string) {
    super(message, { code: reason });
    this.reason = reason;
  }
}

interface RetryStores {
  readonly db: Database;
  readonly backend: QueueBackend;
  readonly deduplicate: DuplicateGuard;
  readonly tasks: readonly TaskDefinition[];
}

/**
 * Runs what a run was to do once more, as a run of its own: same task, arguments, policies and mode, tied to the same
 * schedule, whose clock does not move. The row of the first stays as it ended. A backfilled one keeps the instant it is for.
 * @throws {RefusedRetry} {InvalidTaskArgs} when the arguments of then no longer fit
 */
export async function retryRun(
  { tasks, ...stores }: RetryStores,
  id: string,
  { who, runId }: { who: string; runId?: string | undefined },
): Promise<StartAnswer> {
  const run = await loadEndedRun(stores.db, id);
  if (run === null)
    throw new RefusedRetry("NO_SUCH_RUN", `There is no run ${id}; runs are kept for LEDGER_RETENTION_DAYS.`);
  if (run.isOpen)
    throw new RefusedRetry("RUN_IS_OPEN", `The run ${id} has not ended: ${run.status}. Cancel it, or wait.`);
  if (run.parentId !== null)
    throw new RefusedRetry(
      "RUN_IS_A_CHUNK",
      `The run ${id} shares the work of ${run.parentId}; retry that one, which shares it out again.`,
    );
  const definition = tasks.find(({ name }) => name === run.task);
  if (definition?.built !== true)
    throw new RefusedRetry(
      "TASK_NOT_IMPLEMENTED",
      `${run.task} is not implemented in this version: no worker can run it.`,
    );
  const { args, dryRun, scheduleId, clockAt, policies } = run;
  const [answer] = await startRuns(stores, [
    {
      id: runId,
      definition,
      args,
      dryRun,
      requestedBy: who,
      policies,
      ...(scheduleId === null ? {} : { scheduleId }),
      ...(clockAt === null ? {} : { clockAt }),
    },
  ]);
  return answer!;
}
