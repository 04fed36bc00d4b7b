import type { TaskContext } from "./context.ts";

const MOST_HELPERS = 64;

/**
 * How many of the helpers that a run asks for it gets: all of them, up to 64, in the first try of a whole run. A helper, a
 * run with a limit, a dry run and a run that is tried again get none, so that callers only say how many would be of use.
 */
export function toHelperCount(
  asked: number,
  { run, limit, dryRun }: Pick<TaskContext<unknown, unknown, unknown>, "run" | "limit" | "dryRun">,
): number {
  const mayAsk = run.chunk === null && run.attempt === 1 && limit === null && !dryRun;
  return mayAsk && asked >= 1 ? Math.min(Math.floor(asked), MOST_HELPERS) : 0;
}
