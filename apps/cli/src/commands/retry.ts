import { RefusedRetry, retryRun, type RunRow } from "@drumline/engine";
import { catalogue, InvalidTaskArgs } from "@drumline/tasks";
import type { Command } from "commander";

import { readEnv } from "../config.ts";
import { ExitCode, Finished } from "../exit.ts";
import { confirm } from "../output/ask.ts";
import { printList, withListFormat } from "../output/list.ts";
import { printAside } from "../output/print.ts";
import { formatTable } from "../output/table.ts";
import { recordChanges } from "../record-change.ts";
import { type SelectOptions, selectRuns, summarizeRuns, withRunSelection } from "../select-runs.ts";
import { whoSitsHere } from "../who-sits-here.ts";
import { type CommandDatabases, withDatabases } from "../with-databases.ts";

interface RetryOptions extends SelectOptions {
  readonly by: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly envFile?: string;
  readonly json?: boolean;
  readonly jsonl?: boolean;
}

const STATUSES = ["FAILED", "TIMED_OUT", "CANCELLED", "SKIPPED", "MISSED"] as const;
const BY_FILTER = ["FAILED", "TIMED_OUT"] as const;

export function configureRetry(command: Command): void {
  withListFormat(withRunSelection(command, STATUSES))
    .option("--by <name>", "who does it", whoSitsHere())
    .option("--dry-run", "say which runs would be done again, and start none")
    .option("-y, --yes", "do it without asking")
    .option("--env-file <file>", "read this file instead of .env; real variables still win")
    .addHelpText(
      "after",
      "\nEach is done again by a new run with its arguments; the old one stays as it ended. By a filter: FAILED and TIMED_OUT" +
        "\nunless --status says otherwise, after a preview. Exits with 1 where one could not be started.",
    )
    .action(retry);
}

interface Answered {
  readonly id: string;
  readonly outcome: "STARTED" | "DUPLICATE" | "WOULD_START" | "INVALID_ARGS" | RefusedRetry["reason"];
  /** The run that does it now. */
  readonly runId?: string;
}

async function retry(ids: readonly string[], options: RetryOptions): Promise<void> {
  const answers = await withDatabases(readEnv(options.envFile), async (databases) => {
    const runs = await selectRuns(databases.db, ids, options, BY_FILTER);
    const preview = runs.map(toPreview);
    const able = preview.filter(isFine);
    if (options.dryRun === true || (ids.length === 0 && able.length > 0)) showPreview(runs, preview);
    if (options.dryRun === true) return preview;
    if (ids.length === 0 && able.length > 0)
      await confirm(`Do ${able.length === 1 ? "1 run" : `${able.length} runs`} again?`, options);
    const done: Answered[] = [];
    for (const { id } of runs) done.push(await retryOne(databases, id, options.by));
    await recordChanges(
      databases.db,
      options.by,
      "run",
      done
        .filter(({ outcome }) => outcome === "STARTED")
        .map(({ id, runId }) => ({ id, content: { action: "retry", runId } })),
    );
    return done;
  });
  printList(answers, options, ["run", "outcome", "new run"], ({ id, outcome, runId }) => [
    id,
    OUTCOMES[outcome],
    runId ?? "",
  ]);
  if (answers.length === 0) printAside("no run matches");
  if (!answers.every(isFine)) throw new Finished(answers.some(isFine) ? ExitCode.foundProblems : ExitCode.refused);
}

/** As the engine will judge it, but for what only it can see: whether the task is known, and one waits already. */
const toPreview = ({ id, status, origin }: RunRow): Answered => ({
  id,
  outcome:
    status === "SCHEDULED" || status === "PROCESSING"
      ? "RUN_IS_OPEN"
      : origin === "CHUNK"
        ? "RUN_IS_A_CHUNK"
        : "WOULD_START",
});

const isFine = ({ outcome }: Answered): boolean => outcome === "STARTED" || outcome === "WOULD_START";

/** One that is refused stops none of the others. */
async function retryOne(databases: CommandDatabases, id: string, who: string): Promise<Answered> {
  try {
    const { kind, runId } = await retryRun({ ...databases, tasks: catalogue }, id, { who });
    return { id, outcome: kind === "started" ? "STARTED" : "DUPLICATE", runId };
  } catch (error) {
    if (error instanceof RefusedRetry) return { id, outcome: error.reason };
    if (error instanceof InvalidTaskArgs) return { id, outcome: "INVALID_ARGS" };
    throw error;
  }
}

function showPreview(runs: readonly RunRow[], preview: readonly Answered[]): void {
  printAside(formatTable(["runs", "task", "status", "error"], summarizeRuns(runs)));
  const counts = new Map<string, number>();
  for (const { outcome } of preview) counts.set(OUTCOMES[outcome], (counts.get(OUTCOMES[outcome]) ?? 0) + 1);
  printAside([...counts].map(([words, count]) => `${count} ${words}`).join(", "));
}

const OUTCOMES: Readonly<Record<Answered["outcome"], string>> = {
  STARTED: "started",
  WOULD_START: "can be done again",
  DUPLICATE: "waits already",
  NO_SUCH_RUN: "not found",
  RUN_IS_OPEN: "has not ended",
  RUN_IS_A_CHUNK: "helped another run; retry that one",
  TASK_NOT_IMPLEMENTED: "its task is not in this release",
  INVALID_ARGS: "its arguments no longer fit the task",
};
