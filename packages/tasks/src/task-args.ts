import { DrumlineError } from "@drumline/core/errors";
import type { ArgsOf, TaskDefinition } from "@drumline/core/task";

/** Arguments that do not fit the task: every place that is wrong, and what was expected there. */
export class InvalidTaskArgs extends DrumlineError {
  readonly task: string;
  readonly problems: readonly ArgsProblem[];

  constructor(task: string, problems: readonly ArgsProblem[]) {
    const lines = problems.map(({ path, problem }) => `  ${path === "" ? "arguments" : path}: ${problem}`);
    super([`invalid arguments for ${task}:`, ...lines].join("\n"), { code: "INVALID_TASK_ARGS" });
    this.task = task;
    this.problems = problems;
  }
}

export interface ArgsProblem {
  /** Such as `older_than` or `filter.skus.3`; empty for the arguments as a whole. */
  readonly path: string;
  readonly problem: string;
}

/** Reads arguments from outside by the task's schema. Throws `InvalidTaskArgs`. */
export function parseTaskArgs<Definition extends TaskDefinition>(
  definition: Definition,
  raw: unknown,
): ArgsOf<Definition> {
  const parsed = definition.args.safeParse(raw);
  if (parsed.success) return parsed.data as ArgsOf<Definition>;
  throw new InvalidTaskArgs(
    definition.name,
    parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), problem: message })),
  );
}
