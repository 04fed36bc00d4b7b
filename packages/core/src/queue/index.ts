export { BEAT_QUEUE, TASK_QUEUES, type TaskQueue } from "./names.ts";
