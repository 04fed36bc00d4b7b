import { formatTrigger, type ResolvedSchedule, type Trigger } from "@drumline/core/scheduling";
import type { JsonObject, MissedPolicy, OverlapPolicy, SchedulePolicies, TaskDefinition } from "@drumline/core/task";

import { hashOf } from "../ledger/hash.ts";

/** Looks a wire name up in the catalogue. */
export type FindTask = (name: string) => TaskDefinition | undefined;

/** What a schedule should be, as env keys or an API row say it. */
export interface DesiredSchedule {
  readonly key: string;
  readonly source: "ENV" | "API";
  readonly task: string;
  readonly description: string;
  readonly args: JsonObject;
  readonly enabled: boolean;
  readonly trigger: Trigger;
  readonly overlap: OverlapPolicy;
  readonly missed: MissedPolicy;
  readonly graceMs: number;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly backoffMs: number;
  readonly priority: number;
  readonly recordLimit: number | null;
  /** Called when a run starts, succeeds, fails or is late; a secret. It decides neither when nor what, so no hash has it. */
  readonly pingUrl: string | null;
}

/** A schedule as the ledger has it. */
export interface Schedule extends DesiredSchedule {
  readonly id: string;
  /** Why it does not run. On an enabled schedule: no living beat knows its task. */
  readonly disabledReason: string | null;
  readonly anchorAt: Date;
  readonly lastDueAt: Date | null;
  readonly pausedAt: Date | null;
  readonly pausedUntil: Date | null;
  readonly pausedReason: string | null;
  readonly contentHash: string;
  /** Of the beat that wrote it last; 0 for API rows. */
  readonly catalogueVersion: number;
}

/** A schedule with what people see of it besides: who paused it, when it changed, and how often. */
export interface StoredSchedule extends Schedule {
  readonly pausedBy: string | null;
  /** One more with each change. */
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly deletedAt: Date | null;
}

/** Fills in what only the trigger can decide: missed cron occurrences are made good once, missed intervals are not. */
export function toPolicies(
  policies: SchedulePolicies,
  trigger: Trigger,
): Omit<SchedulePolicies, "limit" | "missed"> & { missed: MissedPolicy; recordLimit: number | null } {
  const { limit, missed, ...rest } = policies;
  return { ...rest, recordLimit: limit, missed: missed ?? (trigger.kind === "crontab" ? "once" : "skip") };
}

export function toDesiredSchedule(
  definition: TaskDefinition,
  {
    key,
    source,
    enabled,
    trigger,
    args,
    pingUrl,
  }: Pick<DesiredSchedule, "key" | "source" | "enabled" | "trigger" | "args" | "pingUrl">,
): DesiredSchedule {
  return {
    key,
    source,
    enabled,
    trigger,
    args,
    pingUrl,
    task: definition.name,
    description: definition.summary,
    timeoutMs: definition.timeoutMs,
    ...toPolicies(definition.policies, trigger),
  };
}

/** The schedules a beat registers: those whose task is built. */
export function toDesiredSchedules(resolved: readonly ResolvedSchedule[], findTask: FindTask): DesiredSchedule[] {
  return resolved.flatMap((schedule) => {
    const task = findTask(schedule.task);
    return task?.built ? [toDesiredSchedule(task, schedule)] : [];
  });
}

/** Of everything that decides when and what: beat touches BullMQ only when it differs (a blind upsert deletes a due tick). */
export function toContentHash(schedule: DesiredSchedule): string {
  const {
    task,
    args,
    enabled,
    trigger,
    overlap,
    missed,
    graceMs,
    timeoutMs,
    retries,
    backoffMs,
    priority,
    recordLimit,
  } = schedule;
  const when = toTriggerText(trigger);
  return hashOf({
    task,
    args,
    enabled,
    when,
    overlap,
    missed,
    graceMs,
    timeoutMs,
    retries,
    backoffMs,
    priority,
    recordLimit,
  });
}

/** Two schedules with the same text fall due at the same instants, given the same anchor. */
export function toTriggerText(trigger: Trigger): string {
  return trigger.kind === "interval" ? formatTrigger(trigger) : `${formatTrigger(trigger)} ${trigger.timezone}`;
}
