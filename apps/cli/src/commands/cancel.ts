import { cancelRun, type RunRow } from "@drumline/engine";
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

interface CancelOptions extends SelectOptions {
  readonly by: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly envFile?: string;
  readonly json?: boolean;
  readonly jsonl?: boolean;
}

const STATUSES = ["SCHEDULED", "PROCESSING"] as const;

export function configureCancel(command: Command): void {
  withListFormat(withRunSelection(command, STATUSES))
    .option("--by <name>", "who does it", whoSitsHere())
    .option("--dry-run", "say which runs would be cancelled, and cancel none")
    .option("-y, --yes", "do it without asking")
    .option("--env-file <file>", "read this file instead of .env; real variables still win")
    .addHelpText(
      "after",
      "\nA run that waits ends at once; one under way is told to stop, and keeps what it has done. Helpers are cancelled with" +
        "\nthe run they help. By a filter after a preview. Exits with 1 where one had ended already.",
    )
    .action(cancel);
}

interface Cancelled {
  readonly id: string;
  readonly outcome: "ENDED" | "TOLD" | "HAS_ENDED" | "WOULD_END" | "WOULD_BE_TOLD";
}

async function cancel(ids: readonly string[], options: CancelOptions): Promise<void> {
  const answers = await withDatabases(readEnv(options.envFile), async (databases) => {
    const runs = await selectRuns(databases.db, ids, options, STATUSES);
    if (options.dryRun === true) return runs.map(toPreview);
    if (ids.length === 0 && runs.length > 0) {
      printAside(formatTable(["runs", "task", "status", "error"], summarizeRuns(runs)));
      await confirm(`Cancel ${runs.length === 1 ? "1 run" : `${runs.length} runs`}?`, options);
    }
    return cancelEach(databases, runs, options.by);
  });
  printList(answers, options, ["run", "outcome"], ({ id, outcome }) => [id, OUTCOMES[outcome]]);
  if (answers.length === 0) printAside("no run matches");
  const late = answers.filter(({ outcome }) => outcome === "HAS_ENDED");
  if (late.length > 0) throw new Finished(late.length < answers.length ? ExitCode.foundProblems : ExitCode.refused);
}

async function cancelEach({ db }: CommandDatabases, runs: readonly RunRow[], who: string): Promise<Cancelled[]> {
  const answers: Cancelled[] = [];
  for (const { id } of runs) {
    const { ended, told } = await cancelRun(db, id, who);
    answers.push({ id, outcome: told > 0 ? "TOLD" : ended > 0 ? "ENDED" : "HAS_ENDED" });
  }
  const changed = answers.filter(({ outcome }) => outcome !== "HAS_ENDED");
  await recordChanges(
    db,
    who,
    "run",
    changed.map(({ id, outcome }) => ({ id, content: { action: "cancel", outcome } })),
  );
  return answers;
}

const toPreview = ({ id, status }: RunRow): Cancelled => ({
  id,
  outcome: status === "SCHEDULED" ? "WOULD_END" : status === "PROCESSING" ? "WOULD_BE_TOLD" : "HAS_ENDED",
});

const OUTCOMES: Readonly<Record<Cancelled["outcome"], string>> = {
  ENDED: "cancelled",
  TOLD: "told to stop",
  HAS_ENDED: "has ended already",
  WOULD_END: "would be cancelled",
  WOULD_BE_TOLD: "would be told to stop",
};
