export { type ClockChange, findClockChanges } from "./clock-changes.ts";
export { compareTriggers, type TriggerComparison } from "./compare-triggers.ts";
export { parseCrontab, type Crontab } from "./crontab.ts";
export type { CrontabField } from "./crontab-field.ts";
export { describeTrigger, formatTrigger } from "./describe.ts";
export { MAX_INTERVAL_SECONDS, parseDurationSeconds } from "./duration.ts";
export {
  defaultTrigger,
  resolveEnvSchedules,
  type EnvScheduleOptions,
  type EnvSchedules,
  type ResolvedSchedule,
} from "./env-overrides.ts";
export { explainTrigger, type ExplainedTrigger } from "./explain-trigger.ts";
export { type CrontabFault, InvalidSchedule, type ScheduleProblem } from "./invalid-schedule.ts";
export { countDueBetween, dueBetween, latestDue, nextDue } from "./next-due.ts";
export { parsePingUrl, toPingOrigin } from "./ping-url.ts";
export { SCHEDULE_KEYS } from "./schedule-keys.ts";
export { KEY_SUFFIXES } from "./unknown-env-keys.ts";
export { parseZoneName, zonePeriodAt } from "./time-zone.ts";
export type { CrontabTrigger, IntervalTrigger, Trigger } from "./trigger.ts";
export { warningsOf } from "./warnings.ts";
