import { formatTrigger, type ResolvedSchedule, type Trigger } from "@drumline/core/scheduling";
import {
  type JsonObject,
  policiesOf,
  type SchedulePolicies,
  type TaskDefinition,
  toSchedulePolicies,
} from "@drumline/core/task";

import { hashOf } from "../ledger/hash.ts";

/** Looks a wire name up in the catalogue. */
export type FindTask = (name: string) => TaskDefinition | undefined;

/** What a schedule should be, as env keys or an API row say it. */
export interface DesiredSchedule extends SchedulePolicies {
  readonly key: string;
  /** For people; the key where nobody gave one. It decides neither when nor what, as the description. */
  readonly name: string;
  readonly source: "ENV" | "API";
  readonly task: string;
  readonly description: string;
  readonly args: JsonObject;
  readonly enabled: boolean;
  readonly trigger: Trigger;
  /** Called when a run starts, succeeds, fails or is late; a secret. It decides neither when nor what, so no hash has it. */
  readonly pingUrl: string | null;
}

/** A schedule as the ledger has it. */
export interface Schedule extends DesiredSchedule {
  readonly id: string;
  /** Why it does not run. On an enabled schedule: no living beat knows its task, or its time cannot be read. */
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
  /** Why its row's time cannot be read, null where it can. One that cannot is not enabled, whatever its row says. */
  readonly unreadable: string | null;
  readonly pausedBy: string | null;
  /** One more with each change. */
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly deletedAt: Date | null;
}

/** The schedule of a task with the policies the task is defined with. */
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
    name: key,
    source,
    enabled,
    trigger,
    args,
    pingUrl,
    task: definition.name,
    description: definition.summary,
    ...toSchedulePolicies(definition.policies, trigger.kind),
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
  const { task, args, enabled, trigger } = schedule;
  return hashOf({ task, args, enabled, when: toTriggerText(trigger), ...policiesOf(schedule) });
}

/** Two schedules with the same text fall due at the same instants, given the same anchor. */
export function toTriggerText(trigger: Trigger): string {
  return trigger.kind === "interval" ? formatTrigger(trigger) : `${formatTrigger(trigger)} ${trigger.timezone}`;
}
