import { type JsonObject, type RunPolicies, type TaskDefinition, toRunPolicies } from "@drumline/core/task";

import { hashOf } from "./hash.ts";
import type { RunOrigin } from "./run-states.ts";

/** A row of the ledger before it is written. */
export interface NewRun extends RunPolicies {
  readonly id: string;
  readonly scheduleId: string | null;
  readonly task: string;
  readonly queue: string;
  readonly args: JsonObject;
  readonly origin: RunOrigin;
  readonly status: "SCHEDULED" | "SKIPPED" | "MISSED";
  readonly reasonCode: string | null;
  readonly reason: string | null;
  readonly occurrences: number;
  readonly dueAt: Date | null;
  readonly clockAt: Date | null;
  readonly dryRun: boolean;
  readonly held: boolean;
  readonly dedupeKey: string | null;
  readonly parentId: string | null;
  readonly chunkNo: number | null;
  readonly requestedBy: string | null;
}

/** A run as its task's definition would have it, before a schedule or a person says otherwise. */
export function newRunOf(
  definition: TaskDefinition,
  own: Pick<NewRun, "id" | "args" | "origin"> & Partial<NewRun>,
): NewRun {
  return {
    scheduleId: null,
    task: definition.name,
    queue: definition.queue,
    status: "SCHEDULED",
    reasonCode: null,
    reason: null,
    occurrences: 1,
    dueAt: null,
    clockAt: null,
    dryRun: false,
    held: false,
    dedupeKey: null,
    ...toRunPolicies(definition.policies),
    parentId: null,
    chunkNo: null,
    requestedBy: null,
    ...own,
  };
}

/** What makes two runs the same configuration for the duplicate guard (Alumio): the task, its arguments and the mode. */
export function toDedupeKey(task: string, args: JsonObject, dryRun: boolean): string {
  return `${task}#${hashOf([args, dryRun])}`;
}
