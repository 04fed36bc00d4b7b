import type { z } from "zod";

import type { TaskQueue } from "../queue/index.ts";
import type { JsonObject } from "./json.ts";
import { DEFAULT_POLICIES, type TaskPolicies } from "./policies.ts";

/** When a task runs unless env keys say otherwise: seconds between runs, or the guide's five comma-separated fields. */
export type DefaultTrigger = { readonly everySeconds: number } | { readonly crontab: string };

/** The schedule a task is born with, under the entry name and env keys of the OMS guide. */
export interface ScheduleEntry {
  /** The guide's dictionary key, such as `get-omnitron-orders-cron`: the schedule's key everywhere. */
  readonly key: string;
  /** The switch, such as `OMNITRON_ORDERS`; `_CRONTAB`, `_SCHEDULE` and `_TIMEZONE` are derived from it. */
  readonly envKey: string;
  readonly trigger: DefaultTrigger;
  readonly kwargs: JsonObject;
}

/**
 * A task as data: everything a reader, the beat, the api and the cli ask about it, without its code.
 * `name` is a wire contract: exactly as in the source document, odd spellings included, never derived or renamed.
 */
export interface TaskDefinition<
  Name extends string = string,
  Args extends z.ZodType = z.ZodType,
  Built extends boolean = boolean,
> {
  readonly name: Name;
  readonly queue: TaskQueue;
  readonly summary: string;
  readonly args: Args;
  /** Null for tasks that only rows of the schedule table start. */
  readonly entry: ScheduleEntry | null;
  readonly policies: TaskPolicies;
  /** False while the work is not written: listed, never registered, never run. */
  readonly built: Built;
}

export interface TaskSpec<Name extends string, Args extends z.ZodType, Built extends boolean> {
  readonly name: Name;
  readonly queue: TaskQueue;
  readonly summary: string;
  readonly args: Args;
  readonly entry?: Omit<ScheduleEntry, "kwargs"> & { readonly kwargs?: JsonObject };
  readonly timeoutMs: number;
  readonly policies?: Partial<Omit<TaskPolicies, "timeoutMs">>;
  readonly built: Built;
}

export function defineTask<const Name extends string, Args extends z.ZodType, const Built extends boolean>({
  timeoutMs,
  policies,
  entry,
  ...spec
}: TaskSpec<Name, Args, Built>): TaskDefinition<Name, Args, Built> {
  return {
    ...spec,
    entry: entry === undefined ? null : { ...entry, kwargs: entry.kwargs ?? {} },
    policies: { timeoutMs, ...DEFAULT_POLICIES, ...policies },
  };
}

export type ArgsOf<Definition extends TaskDefinition> = z.output<Definition["args"]>;
