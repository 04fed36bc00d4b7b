import type { QueueBackend } from "@drumline/core/queue";
import { DrumlineError } from "@drumline/core/errors";
import type { TaskDefinition } from "@drumline/core/task";
import type { Database } from "@drumline/db";
import { InvalidTaskArgs, parseTaskArgs } from "@drumline/tasks";

import type { DuplicateGuard } from "../ledger/duplicate-guard.ts";
import { type EndedRun, loadEndedRuns } from "./ended-run.sql.ts";
import { type StartAnswer, type StartRequest, startRuns } from "./start-runs.ts";

/** A run that cannot be run again: `reason` is a stable word. */
export class RefusedRetry extends DrumlineError {
  readonly reason: "NO_SUCH_RUN" | "RUN_IS_OPEN" | "RUN_IS_A_CHUNK" | "TASK_NOT_IMPLEMENTED";

  constructor(reason: RefusedRetry["reason"], message: string) {
    super(message, { code: reason });
    this.reason = reason;
  }
}

interface RetryDatabases {
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
  { tasks, ...databases }: RetryDatabases,
  id: string,
  { who, runId }: { who: string; runId?: string | undefined },
): Promise<StartAnswer> {
  const [run] = await loadEndedRuns(databases.db, [id]);
  const [answer] = await startRuns(databases, [planRetry(id, run, tasks, who, runId)]);
  return answer!;
}

/** What became of one of many. */
export interface RetriedRun {
  readonly id: string;
  readonly outcome: "DONE" | "SKIPPED" | "FAILED";
  readonly reason: string | null;
  /** The run that was started, or that waits already. */
  readonly result: string | null;
}

/** As `retryRun`, for many: each is started or refused for itself, all that are started in one statement. */
export async function retryRuns(
  { tasks, ...databases }: RetryDatabases,
  ids: readonly string[],
  { who, runIdOf }: { readonly who: string; readonly runIdOf: (id: string) => string },
): Promise<RetriedRun[]> {
  const runs = new Map((await loadEndedRuns(databases.db, ids)).map((run) => [run.id, run]));
  const refused: RetriedRun[] = [];
  const requests: { readonly id: string; readonly request: StartRequest }[] = [];
  for (const id of ids) {
    try {
      const request = planRetry(id, runs.get(id), tasks, who, runIdOf(id));
      parseTaskArgs(request.definition, request.args);
      requests.push({ id, request });
    } catch (error) {
      if (error instanceof RefusedRetry) refused.push({ id, outcome: "SKIPPED", reason: error.message, result: null });
      else if (error instanceof InvalidTaskArgs)
        refused.push({ id, outcome: "FAILED", reason: error.message, result: null });
      else throw error;
    }
  }
  const answers = await startRuns(
    databases,
    requests.map(({ request }) => request),
  );
  const started = answers.map(({ kind, runId }, index): RetriedRun => {
    const { id } = requests[index]!;
    if (kind === "started") return { id, outcome: "DONE", reason: null, result: runId };
    return { id, outcome: "SKIPPED", reason: "a run of the same task and arguments waits already", result: runId };
  });
  return [...refused, ...started];
}

function planRetry(
  id: string,
  run: EndedRun | undefined,
  tasks: readonly TaskDefinition[],
  who: string,
  runId: string | undefined,
): StartRequest {
  if (run === undefined)
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
  return {
    id: runId,
    definition,
    args,
    dryRun,
    requestedBy: who,
    policies,
    ...(scheduleId === null ? {} : { scheduleId }),
    ...(clockAt === null ? {} : { clockAt }),
  };
}
