import { toJobId, type QueueBackend } from "@drumline/core/queue";

/** What the queue must know about a run; everything else is in the ledger. */
export interface DispatchableRun {
  readonly id: string;
  readonly task: string;
  readonly queue: string;
  readonly priority: number;
  readonly dispatchNo: number;
  readonly delayMs: number;
}

/** What a job carries; the rest is read from the ledger when a worker claims the run. */
export interface RunJobData {
  readonly runId: string;
}

// History lives in the ledger; these few are for people who look at the queue with Redis tooling.
const KEPT_JOBS = { count: 1_000 };

/** Puts runs on their task's queue, one round trip per queue. Doing it twice does no harm: the job id is the dispatch. */
export async function dispatchRuns(backend: QueueBackend, runs: readonly DispatchableRun[]): Promise<void> {
  const byQueue = new Map<string, DispatchableRun[]>();
  for (const run of runs) {
    const members = byQueue.get(run.queue);
    if (members === undefined) byQueue.set(run.queue, [run]);
    else members.push(run);
  }
  await Promise.all([...byQueue].map(([queue, members]) => backend.queue(queue).addBulk(members.map(toJob))));
}

function toJob({ id, task, priority, dispatchNo, delayMs }: DispatchableRun) {
  return {
    name: task,
    data: { runId: id } satisfies RunJobData,
    opts: {
      jobId: toJobId(id, dispatchNo),
      removeOnComplete: KEPT_JOBS,
      removeOnFail: KEPT_JOBS,
      ...(priority > 0 ? { priority } : {}),
      ...(delayMs > 0 ? { delay: delayMs } : {}),
    },
  };
}
