import { closestName, DrumlineError } from "@drumline/core/errors";
import type { ScheduleEntry, TaskDefinition } from "@drumline/core/task";

import { drumlineTasks } from "./drumline/maintenance.ts";
import { webhookTasks } from "./drumline/webhooks.ts";
import { ecomnowTasks } from "./ecomnow/index.ts";
import { integrationTasks } from "./integration/index.ts";
import { omsTasks } from "./oms/index.ts";
import { shopTasks } from "./shop/index.ts";

/** Every task there is, built or not. A new area is one more name here. */
export const catalogue: readonly TaskDefinition[] = [
  omsTasks,
  ecomnowTasks,
  shopTasks,
  integrationTasks,
  drumlineTasks,
  webhookTasks,
].flatMap<TaskDefinition>((area) => Object.values(area));

const byName = new Map(catalogue.map((definition) => [definition.name, definition]));

/** A task that somebody named and nobody wrote; lists the ones there are. */
export class UnknownTask extends DrumlineError {
  readonly task: string;

  constructor(task: string) {
    const meant = closestName(task, byName.keys());
    const hint = meant === null ? "" : `; did you mean ${meant}?`;
    super(`unknown task "${task}"${hint}\nknown tasks:\n${[...byName.keys()].map((name) => `  ${name}`).join("\n")}`, {
      code: "UNKNOWN_TASK",
    });
    this.task = task;
  }
}

export function findTask(name: string): TaskDefinition | undefined {
  return byName.get(name);
}

/** Throws `UnknownTask`. */
export function requireTask(name: string): TaskDefinition {
  const found = findTask(name);
  if (found === undefined) throw new UnknownTask(name);
  return found;
}

export type ScheduledTask = TaskDefinition & { readonly entry: ScheduleEntry };

/** The tasks that are born with a schedule: what env keys can time. */
export function scheduleEntries(): ScheduledTask[] {
  return catalogue.filter((definition): definition is ScheduledTask => definition.entry !== null);
}
