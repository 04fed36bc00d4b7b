import { systemClock } from "@drumline/core/clock";
import { describeTrigger } from "@drumline/core/scheduling";
import type { Database } from "@drumline/db";
import {
  loadRun,
  loadRunLog,
  loadSchedule,
  pauseSchedule,
  resumeSchedule,
  retryRun,
  runSchedule,
} from "@drumline/engine";
import { catalogue } from "@drumline/tasks";
import type { Command } from "commander";

import { readEnv } from "../config.ts";
import { Finished, WrongUsage } from "../exit.ts";
import { choosePaint } from "../output/color.ts";
import { parseTz, toJson } from "../output/list.ts";
import { print } from "../output/print.ts";
import { parseUntil } from "../output/when.ts";
import { recordChanges } from "../record-change.ts";
import { formatFrame, type TopRow } from "../top/frame.ts";
import { loadTopFacts } from "../top/load-facts.ts";
import { type WatchedTop, watchTop } from "../top/watch-top.ts";
import { whoSitsHere } from "../who-sits-here.ts";
import { type CommandDatabases, withDatabases } from "../with-databases.ts";

interface TopOptions {
  readonly once?: boolean;
  readonly json?: boolean;
  readonly every: string;
  readonly tz: string;
  readonly by: string;
  readonly envFile?: string;
}

const LOG_LINES = 200;
const NO_TERMINAL = { columns: 80, rows: 24 };

export function configureTop(command: Command): void {
  command
    .option("--once", "one screen, and end")
    .option("--json", "what one screen shows, as an object")
    .option("--every <seconds>", "how often it looks", "2")
    .option("--tz <zone>", "time zone of what is shown", "UTC")
    .option("--by <name>", "who retries and pauses", whoSitsHere())
    .option("--env-file <file>", "read this file instead of .env; real variables still win")
    .addHelpText(
      "after",
      "\nKeys: j k or arrows choose a row; r does a run again, or runs a schedule now; p pauses a schedule for an hour, with a" +
        "\nreason, or resumes it; Enter shows a row in full; q leaves. Without a terminal it is --once.",
    )
    .action(top);
}

async function top({ once = false, json = false, every, tz, by, envFile }: TopOptions): Promise<void> {
  const timezone = parseTz(tz);
  const everyMs = parseSeconds(every) * 1_000;
  const { stdin, stdout } = process;
  const env = readEnv(envFile);
  const exitCode = await withDatabases(env, async (databases) => {
    const load = (now: Date) => loadTopFacts(databases.db, now);
    if (json) return print(toJson(await load(systemClock.now()), 2));
    const paint = choosePaint(stdout, env);
    if (once || !stdin.isTTY || !stdout.isTTY) {
      const look = { ...NO_TERMINAL, columns: stdout.columns ?? NO_TERMINAL.columns, timezone, paint };
      // A line of its own each, colours and all: what stands in them is made printable where it is put together.
      stdout.write(
        `${formatFrame(await load(systemClock.now()), null, "", look)
          .join("\n")
          .trimEnd()}\n`,
      );
      return;
    }
    return watchTop({
      input: stdin,
      output: stdout,
      clock: systemClock,
      paint,
      timezone,
      everyMs,
      load,
      open: (row) => openRow(databases.db, row),
      act: (act) => perform(databases, by, act),
    });
  });
  if (typeof exitCode === "number" && exitCode !== 0) throw new Finished(exitCode);
}

function parseSeconds(raw: string): number {
  const seconds = Number(raw);
  if (/^\d{1,4}(\.\d+)?$/.test(raw) && seconds >= 0.5) return seconds;
  throw new WrongUsage(`--every ${raw}: expected seconds from 0.5 on`);
}

async function openRow(db: Database, row: TopRow): Promise<string[]> {
  const facts = row.kind === "run" ? await loadRun(db, row.run.id) : await loadSchedule(db, row.due.key);
  const lines = Object.entries(facts ?? {})
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => `${name.padEnd(16)} ${toWords(value)}`);
  if (row.kind === "schedule") return facts === null ? [] : [`${row.due.key}: ${describeDue(facts)}`, ...lines];
  const log = await loadRunLog(db, row.run.id, LOG_LINES);
  return [...log.map(({ at, level, message }) => `${at.toISOString()} ${level} ${message}`), ...lines];
}

const describeDue = (facts: object): string =>
  "trigger" in facts ? describeTrigger(facts.trigger as Parameters<typeof describeTrigger>[0]) : "";

const toWords = (value: unknown): string =>
  value instanceof Date ? value.toISOString() : typeof value === "string" ? value : toJson(value);

async function perform(
  databases: CommandDatabases,
  by: string,
  act: Parameters<WatchedTop["act"]>[0],
): Promise<string> {
  const { db } = databases;
  const { row } = act;
  if (row.kind === "run") {
    const { kind, runId } = await retryRun({ ...databases, tasks: catalogue }, row.run.id, { who: by });
    if (kind !== "started") return `${runId} waits already`;
    await recordChanges(db, by, "run", [{ id: row.run.id, content: { action: "retry", runId } }]);
    return `started ${runId}`;
  }
  const { key } = row.due;
  if (act.do === "retry") {
    const { kind, runId } = await runSchedule({ ...databases, tasks: catalogue }, key, { dryRun: false, who: by });
    if (kind === "started") await recordChanges(db, by, "schedule", [{ id: key, content: { action: "run", runId } }]);
    return kind === "started" ? `started ${runId}` : `${runId} waits already`;
  }
  const context = { db, clock: systemClock, tasks: catalogue, who: by };
  if (act.do === "pause") {
    const until = parseUntil("until", "1h", systemClock.now(), "UTC");
    await pauseSchedule(context, key, { reason: act.why, until }, {});
    await recordChanges(db, by, "schedule", [{ id: key, content: { action: "pause", reason: act.why, until } }]);
    return `${key} is paused for an hour`;
  }
  await resumeSchedule(context, key, {});
  await recordChanges(db, by, "schedule", [{ id: key, content: { action: "resume" } }]);
  return `${key} goes on`;
}
