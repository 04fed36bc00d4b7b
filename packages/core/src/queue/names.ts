/** The task queues, one per context; `WORKER_QUEUES` picks among them. */
export const TASK_QUEUES = ["oms", "ecomnow", "shop", "integration"] as const;
export type TaskQueue = (typeof TASK_QUEUES)[number];

/** Ticks travel on a queue of their own, so that no long task ever delays the clock. */
export const BEAT_QUEUE = "beat";

/** The job that carries a run: one id per dispatch, so that a retained old job never swallows a new dispatch. */
export const toJobId = (runId: string, dispatchNo: number): string => `${runId}.${dispatchNo}`;
