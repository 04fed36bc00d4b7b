import { z } from "zod";

const text = z.string().optional();

export const TASK_STATUSES = ["NEW", "PROCESSING", "RETRY", "FINISHED", "FAILED", "SKIPPED", "REJECTED"] as const;
export const JOBS = ["incoming", "route", "repair", "prune"] as const;
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
export const REQUEST_STATUSES = ["RECEIVED", "DONE", "FAILED"] as const;

const oneOf = <const Options extends readonly [string, ...string[]]>(options: Options) =>
  z.enum(options).optional().catch(undefined);

export const integrationTasksSearch = z.object({
  status: oneOf(TASK_STATUSES),
  route: text,
  entity: text,
  cursor: text,
});
export const integrationProcessesSearch = z.object({
  job: oneOf(JOBS),
  status: oneOf(RUN_STATUSES),
  schedule: text,
  cursor: text,
});
export const transformersSearch = z.object({ transformer: text });
export const webhookRequestsSearch = z.object({
  status: oneOf(REQUEST_STATUSES),
  source: text,
  topic: text,
  cursor: text,
});
