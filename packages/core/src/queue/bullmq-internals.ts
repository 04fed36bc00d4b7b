import { setImmediate as nextTurn } from "node:timers/promises";

import type { Queue, Worker } from "bullmq";
import type { Redis } from "ioredis";

/*
 * Everything Drumline knows of BullMQ that BullMQ does not promise: names of keys and ids, and how it behaves between
 * them. Nothing outside this file may use such knowledge. Each part has a contract test (bullmq-internals.int.test.ts
 * of the engine) that says what breaks when an upgrade changes it.
 */

/**
 * Makes consumers that block on an idle queue look at it now. BullMQ blocks on the sorted set `marker` and adds member
 * "0" with score 0 when a job is ready; adding the same marker once more is harmless.
 */
export async function addMarker(redis: Redis, prefix: string, queueName: string): Promise<void> {
  await redis.zadd(`${prefix}:${queueName}:marker`, 0, "0");
}

/** The id of the job that a job scheduler adds for one due instant. */
export const toTickJobId = (schedulerKey: string, dueMs: number): string => `repeat:${schedulerKey}:${dueMs}`;

/** The due instant in a tick's job id, in epoch milliseconds; null when the id is not one of `toTickJobId`. */
export function parseTickDueMs(jobId: string | undefined): number | null {
  const digits = /^repeat:.+:(\d+)$/s.exec(jobId ?? "")?.[1];
  return digits === undefined ? null : Number(digits);
}

/**
 * Removes a job scheduler and its tick. `removeJobScheduler` takes a delayed tick with it, but not one that waits
 * already. A tick that cannot be removed (on PostgreSQL any that waits, on Redis one a consumer works on) comes once more
 * and must come to nothing: its schedule is disabled by then.
 */
export async function removeScheduler(queue: Queue, key: string, nextDueMs: number | undefined): Promise<void> {
  await queue.removeJobScheduler(key);
  if (nextDueMs === undefined) return;
  const tick = await queue.getJob(toTickJobId(key, nextDueMs));
  await tick?.remove().catch(() => {});
}

/**
 * Whether an upsert was refused because the tick of the instant it reckoned exists already. BullMQ reckons the instant
 * before it asks; when another beat registers the scheduler meanwhile and that tick fires, there is nothing to replace.
 */
export const isTickTaken = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith("Cannot create job scheduler iteration");

/**
 * Lets an idle consumer on PostgreSQL listen anew. BullMQ marks its listening connection as ended before it begins to wait
 * on it when the end arrives together with the answer to LISTEN; then nothing wakes the consumer until its longest wait,
 * an hour, is over. For each error of a consumer; by the next turn of the event loop the wait has begun.
 */
export async function listenAnew(worker: Pick<Worker, "closing">): Promise<void> {
  await nextTurn();
  if (worker.closing !== undefined) return;
  const { backend } = worker as unknown as {
    backend: { disconnectBlocking(): Promise<void>; reconnectBlocking(): Promise<void> };
  };
  // In one step, so that no close can come between them.
  await Promise.all([backend.disconnectBlocking(), backend.reconnectBlocking()]);
}
