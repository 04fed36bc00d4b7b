import type { Crontab } from "./crontab.ts";

/** When something runs: every so often from an anchor on, or at the local times a crontab names. */
export type Trigger = IntervalTrigger | CrontabTrigger;

export interface IntervalTrigger {
  readonly kind: "interval";
  readonly everyMs: number;
}

export interface CrontabTrigger {
  readonly kind: "crontab";
  readonly crontab: Crontab;
  /** IANA name. */
  readonly timezone: string;
}
