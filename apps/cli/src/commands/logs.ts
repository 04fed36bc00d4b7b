import { setTimeout as wait } from "node:timers/promises";

import type { Database } from "@drumline/db";
import { loadRun, loadRunLogAfter, type RunDetail, type RunLogRow } from "@drumline/engine";
import { type Command, Option } from "commander";

import { readEnv } from "../config.ts";
import { ExitCode, Finished } from "../exit.ts";
import { formatInstant } from "../output/instant.ts";
import { parseCount, parseTz, toJson } from "../output/list.ts";
import { print, printAside } from "../output/print.ts";
import { parseRunId } from "../run-id.ts";
import { withDatabases } from "../with-databases.ts";

const LEVELS = ["debug", "info", "warn", "error"] as const;
const LOOK_EVERY_MS = 500;
const PAGE = 1_000;
const MOST_SHOWN = 100_000;

interface LogsOptions {
  readonly follow?: boolean;
  readonly level: (typeof LEVELS)[number];
  readonly limit: string;
  readonly tz: string;
  readonly envFile?: string;
  readonly jsonl?: boolean;
}

export function configureLogs(command: Command): void {
  command
    .argument("<run>", "a run's id")
    .option("-f, --follow", "go on until the run has ended; exit 1 unless it finished")
    .addOption(new Option("--level <level>", "lines of this level and above").choices([...LEVELS]).default("debug"))
    .option("--limit <number>", "the newest lines; of those to come all are shown", "1000")
    .option("--tz <zone>", "time zone of what is shown", "UTC")
    .option("--env-file <file>", "read this file instead of .env; real variables still win")
    .option("--jsonl", "an object per line")
    .action(showLog);
}

async function showLog(id: string, options: LogsOptions): Promise<void> {
  const runId = parseRunId(id);
  const limit = parseCount("--limit", options.limit, MOST_SHOWN);
  const timezone = parseTz(options.tz);
  const isShown = ({ level }: RunLogRow) => rankOf(level) >= rankOf(options.level);
  const show = (line: RunLogRow) => print(options.jsonl === true ? toJson(line) : toText(line, timezone));
  const ended = await withDatabases(readEnv(options.envFile), async ({ db }) => {
    await requireRun(db, runId);
    const known = (await readFrom(db, runId, 0n)).filter(isShown).slice(-limit);
    known.forEach(show);
    if (options.follow !== true) return null;
    let after = BigInt(known.at(-1)?.id ?? 0);
    for (;;) {
      // Looked at before its lines: those that it wrote with its end are then read, too.
      const run = await requireRun(db, runId);
      const lines = await readFrom(db, runId, after);
      lines.filter(isShown).forEach(show);
      after = BigInt(lines.at(-1)?.id ?? after);
      if (run.status !== "SCHEDULED" && run.status !== "PROCESSING") return run;
      await wait(LOOK_EVERY_MS);
    }
  });
  if (ended === null) return;
  printAside(`${ended.status} ${ended.error ?? JSON.stringify(ended.result)}`);
  if (ended.status !== "FINISHED") throw new Finished(ExitCode.foundProblems);
}

/** A level that nobody knows is shown. */
const rankOf = (level: string): number => {
  const rank = LEVELS.findIndex((known) => known === level);
  return rank === -1 ? LEVELS.length : rank;
};

async function requireRun(db: Database, id: string): Promise<RunDetail> {
  const run = await loadRun(db, id);
  if (run !== null) return run;
  printAside(`there is no run ${id}; it may have been pruned (LEDGER_RETENTION_DAYS)`);
  throw new Finished(ExitCode.foundProblems);
}

async function readFrom(db: Database, runId: string, after: bigint): Promise<RunLogRow[]> {
  const lines: RunLogRow[] = [];
  for (;;) {
    const page = await loadRunLogAfter(db, runId, { after: BigInt(lines.at(-1)?.id ?? after) }, PAGE);
    lines.push(...page);
    if (page.length < PAGE) return lines;
  }
}

function toText({ at, level, message, fields }: RunLogRow, timezone: string): string {
  const facts = JSON.stringify(fields);
  return `${formatInstant(at, timezone)} ${level.padEnd(5)} ${message.replaceAll(/\r?\n/g, "\n  ")}${facts === "{}" ? "" : ` ${facts}`}`;
}
