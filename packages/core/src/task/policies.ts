import { MINUTE_MS, SECOND_MS } from "../clock/index.ts";

/** What happens when an occurrence falls due while an earlier run of the schedule is still open. */
export const OVERLAP_POLICIES = ["skip", "queue_one", "allow"] as const;
export type OverlapPolicy = (typeof OVERLAP_POLICIES)[number];

/** What happens to occurrences nobody ran in time: forgotten, made good once, or each made good (capped). */
export const MISSED_POLICIES = ["skip", "once", "all"] as const;
export type MissedPolicy = (typeof MISSED_POLICIES)[number];

export interface SchedulePolicies {
  readonly overlap: OverlapPolicy;
  /** Null means the trigger decides: `once` for cron, `skip` for intervals. */
  readonly missed: MissedPolicy | null;
  /** An occurrence later than this is missed. */
  readonly graceMs: number;
  /** Attempts after the first. */
  readonly retries: number;
  /** Before the first retry; doubles with each further one, with jitter. */
  readonly backoffMs: number;
  /** 0 is first; higher numbers wait longer (BullMQ's order: 0 … 2,097,151). */
  readonly priority: number;
  /** Records one run may take; null for no limit. */
  readonly limit: number | null;
}

export const DEFAULT_POLICIES: SchedulePolicies = {
  overlap: "skip",
  missed: null,
  graceMs: MINUTE_MS,
  retries: 3,
  backoffMs: 10 * SECOND_MS,
  priority: 0,
  limit: null,
};
