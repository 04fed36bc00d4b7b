import { BEAT_QUEUE, type QueueBackend, TASK_QUEUES } from "@drumline/core/queue";

/** How many jobs a queue holds in each of BullMQ's states. */
export interface QueueCounts {
  readonly name: string;
  /** Ready to be taken, prioritised ones included. */
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
  readonly completed: number;
}

/** What every queue holds; waits as long as the queue backend does not answer. */
export function loadQueueCounts(backend: QueueBackend): Promise<QueueCounts[]> {
  return Promise.all([BEAT_QUEUE, ...TASK_QUEUES].map((name) => countJobs(backend, name)));
}

async function countJobs(backend: QueueBackend, name: string): Promise<QueueCounts> {
  const counts = await backend
    .queue(name)
    .getJobCounts("wait", "prioritized", "active", "delayed", "failed", "completed");
  const of = (state: string) => counts[state] ?? 0;
  return {
    name,
    waiting: of("wait") + of("prioritized"),
    active: of("active"),
    delayed: of("delayed"),
    failed: of("failed"),
    completed: of("completed"),
  };
}
