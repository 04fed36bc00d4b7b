import { type Command, Option } from "commander";

import { systemClock } from "@drumline/core/clock";
import {
  loadChunks,
  loadRun,
  loadRunLog,
  loadRuns,
  RUN_STATUSES,
  type RunDetail,
  type RunLogRow,
  type RunRow,
} from "@drumline/engine";

import { readEnv } from "../config.ts";
import { ExitCode, Finished, WrongUsage } from "../exit.ts";
import { formatShort } from "../output/instant.ts";
import { print, printAside } from "../output/print.ts";
import { formatTable } from "../output/table.ts";
import { withDatabases } from "../with-databases.ts";

interface RunsOptions {
  readonly task?: string;
  readonly status?: string;
  readonly schedule?: string;
  readonly limit: string;
  readonly envFile?: string;
  readonly json?: boolean;
}

const MOST_SHOWN = 1_000;

export function configureRuns(command: Command): void {
  command
    .argument("[id]", "one run, with its log lines and chunks")
    .option("--task <name>", "only runs of this task")
    .addOption(new Option("--status <status>", "only runs in this state").choices([...RUN_STATUSES]))
    .option("--schedule <key>", "only runs of this schedule")
    .option("--limit <number>", "how many, newest first", "20")
    .option("--env-file <file>", "read this file instead of .env; real variables still win")
    .option("--json", "an array of objects, or one object")
    .action((id: string | undefined, options: RunsOptions) =>
      id === undefined ? listRuns(options) : showRun(id, options),
    );
}

async function listRuns({ limit, envFile, json = false, ...filter }: RunsOptions): Promise<void> {
  const count = Number(limit);
  if (!/^\d+$/.test(limit) || count < 1 || count > MOST_SHOWN)
    throw new WrongUsage(`--limit ${limit}: expected a whole number from 1 to ${MOST_SHOWN}`);
  const runs = await withDatabases(readEnv(envFile), ({ db }) => loadRuns(db, filter, null, count));
  print(
    json
      ? JSON.stringify(runs, null, 2)
      : formatTable(["id", "task", "status", "why", "due", "started", "took", "try", "result"], runs.map(toCells)),
  );
}

function toCells(run: RunRow): string[] {
  const at = (instant: Date | null) => (instant === null ? "" : formatShort(instant, "UTC"));
  return [
    run.id,
    run.task,
    run.status,
    run.reasonCode ?? run.origin.toLowerCase(),
    at(run.dueAt),
    at(run.startedAt),
    took(run),
    `${run.attempt}/${run.maxAttempts}`,
    (run.error ?? (run.result === null ? (run.reason ?? "") : JSON.stringify(run.result))).slice(0, 100),
  ];
}

function took({ startedAt, finishedAt }: RunRow): string {
  if (startedAt === null) return "";
  return `${(((finishedAt ?? systemClock.now()).getTime() - startedAt.getTime()) / 1_000).toFixed(1)} s`;
}

async function showRun(id: string, { envFile, json = false }: RunsOptions): Promise<void> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id))
    throw new WrongUsage(`"${id}" is no run id; drumline runs lists them`);
  const found = await withDatabases(readEnv(envFile), async ({ db }) => {
    const run = await loadRun(db, id);
    return run === null
      ? null
      : { run, log: await loadRunLog(db, id, MOST_SHOWN), chunks: await loadChunks(db, id, MOST_SHOWN) };
  });
  if (found === null) {
    printAside(`there is no run ${id}; it may have been pruned (LEDGER_RETENTION_DAYS)`);
    throw new Finished(ExitCode.foundProblems);
  }
  print(json ? JSON.stringify({ ...found.run, log: found.log, chunks: found.chunks }, null, 2) : toText(found));
}

function toText({
  run,
  log,
  chunks,
}: {
  run: RunDetail;
  log: readonly RunLogRow[];
  chunks: readonly RunRow[];
}): string {
  const facts = Object.entries(run).filter(([, value]) => value !== null && value !== undefined);
  const lines = facts.map(([name, value]) => `${name.padEnd(NAME_WIDTH)} ${indented(toWords(value))}`);
  const said = log.map(
    ({ at, level, message, fields }) => `  ${at.toISOString()} ${level} ${indented(message)} ${JSON.stringify(fields)}`,
  );
  return [
    ...lines,
    ...(said.length === 0 ? [] : ["log", ...said]),
    ...(chunks.length === 0
      ? []
      : [
          "chunks",
          formatTable(
            ["id", "status", "took", "result"],
            chunks.map((chunk) => [chunk.id, chunk.status, took(chunk), JSON.stringify(chunk.result)]),
          ),
        ]),
  ].join("\n");
}

const NAME_WIDTH = 14;

const toWords = (value: unknown): string =>
  value instanceof Date ? value.toISOString() : typeof value === "string" ? value : JSON.stringify(value);

/** Further lines of a text stand below its first, so that none looks like a fact of its own. */
const indented = (text: string): string => text.replaceAll(/\r?\n/g, `\n${" ".repeat(NAME_WIDTH + 1)}`);
