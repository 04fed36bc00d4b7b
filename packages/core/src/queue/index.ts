export type { NextTick, QueueBackend, QueueBackendOptions, QueueConsumer, WorkerSettings } from "./backend.ts";
export { isTickTaken, parseTickDueMs, removeScheduler, toTickJobId } from "./bullmq-internals.ts";
export { QueueUnreachable } from "./connection.ts";
export { BEAT_QUEUE, TASK_QUEUES, toJobId, type TaskQueue } from "./names.ts";
export { openQueueBackend } from "./open-backend.ts";
export { QueueNotWritable, UnsafeRedis } from "./redis-safety.ts";
