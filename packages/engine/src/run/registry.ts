import { DrumlineError } from "@drumline/core/errors";
import type { TaskContext, TaskDefinition, TaskResult } from "@drumline/core/task";
import type { Database } from "@drumline/db";

/** A task this worker can run, with its types worn off: arguments are checked against the definition before every run. */
export interface RegisteredTask {
  readonly definition: TaskDefinition;
  readonly run: (context: Omit<TaskContext<unknown, unknown, Database>, "gateways">) => Promise<TaskResult>;
}

export type TaskRegistry = ReadonlyMap<string, RegisteredTask>;

/** Joins a context's handlers to their definitions and gives them its gateways. */
export function registerTasks<Gateways>(
  definitions: Readonly<Record<string, TaskDefinition>>,
  handlers: Readonly<Record<string, (context: TaskContext<never, Gateways, Database>) => Promise<TaskResult>>>,
  gateways: Gateways,
): RegisteredTask[] {
  return Object.entries(handlers).map(([name, handler]) => ({
    definition: definitions[name]!,
    run: (context) => handler({ ...context, gateways } as TaskContext<never, Gateways, Database>),
  }));
}

export function createRegistry(tasks: readonly RegisteredTask[]): TaskRegistry {
  return new Map(tasks.map((task) => [task.definition.name, task]));
}

/** A run of a task this worker was not built with: trying again here cannot help. */
export class MissingHandler extends DrumlineError {
  constructor(task: string) {
    super(`This worker has no handler for ${task}. Cure: deploy a worker that has one, then start the run again.`, {
      code: "MISSING_HANDLER",
    });
  }
}
