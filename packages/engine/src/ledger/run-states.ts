/** Every state of a run, in the order of its life. */
export const RUN_STATUSES = [
  "SCHEDULED",
  "PROCESSING",
  "FINISHED",
  "FAILED",
  "CANCELLED",
  "TIMED_OUT",
  "SKIPPED",
  "MISSED",
] as const;

export type RunStatus = (typeof RUN_STATUSES)[number];

/** Those of which nothing more comes. */
export const ENDED_STATUSES = RUN_STATUSES.slice(2);

/** Those whose run can be started again with a chance of another end. */
export const FAILED_STATUSES = ["FAILED", "TIMED_OUT"] as const satisfies readonly RunStatus[];

/** Why a run exists. */
export const RUN_ORIGINS = ["SCHEDULE", "CATCH_UP", "MANUAL", "WEBHOOK", "BACKFILL", "CHUNK"] as const;

export type RunOrigin = (typeof RUN_ORIGINS)[number];
