import type { Command } from "commander";

import { systemClock } from "@drumline/core/clock";
import { type Backfill, backfillSchedule, loadSchedule, NoSuchSchedule, RefusedSchedule } from "@drumline/engine";
import { catalogue, InvalidTaskArgs } from "@drumline/tasks";

import { readEnv } from "../config.ts";
import { WrongUsage } from "../exit.ts";
import { formatInstant, parseInstant } from "../output/instant.ts";
import { print } from "../output/print.ts";
import { withDatabases } from "../with-databases.ts";

interface BackfillOptions {
  readonly from: string;
  readonly to: string;
  readonly max: string;
  readonly dryRun?: boolean;
  readonly envFile?: string;
  readonly json?: boolean;
}

const MOST_RUNS = 10_000;

export function configureBackfill(command: Command): void {
  command
    .argument("<schedule>", "a schedule's key or id")
    .requiredOption("--from <instant>", "ISO 8601, or a date: midnight in the schedule's time zone")
    .requiredOption("--to <instant>", "likewise; both belong to the range")
    .option("--max <number>", "runs created at most, the oldest first", "100")
    .option("--dry-run", "say which runs would be created, and create none")
    .option("--env-file <file>", "read this file instead of .env; real variables still win")
    .option("--json", "an object")
    .addHelpText(
      "after",
      "\nEvery occurrence in the range without a finished or open run gets one, whose clock stands at that instant. They run one" +
        "\nafter another (all at once where the schedule's overlap policy is allow). The schedule's own clock does not move," +
        "\nand a second call adds nothing that is there.",
    )
    .action(backfill);
}

async function backfill(key: string, options: BackfillOptions): Promise<void> {
  const max = parseMax(options.max);
  await withDatabases(readEnv(options.envFile), async ({ db, backend }) => {
    const schedule = await loadSchedule(db, key);
    const timezone = schedule?.trigger.kind === "crontab" ? schedule.trigger.timezone : "UTC";
    const wish = {
      from: parseRangeEnd("--from", options.from, timezone),
      to: parseRangeEnd("--to", options.to, timezone),
      max,
      dryRun: options.dryRun ?? false,
      who: "cli",
    };
    const now = systemClock.now();
    const done = await refuseWrong(backfillSchedule({ db, backend, tasks: catalogue, now }, key, wish));
    print(options.json === true ? JSON.stringify(done, null, 2) : inWords(done, wish, timezone));
  });
}

function inWords(done: Backfill, { to, dryRun }: { to: Date; dryRun: boolean }, timezone: string): string {
  const say = (instant: Date) => formatInstant(instant, timezone);
  const count = done.runs.length === 1 ? "1 run" : `${done.runs.length} runs`;
  const lines = [
    ...done.runs.map(({ dueAt, runId }) => (runId === null ? say(dueAt) : `${say(dueAt)}  ${runId}`)),
    `${count} ${dryRun ? "would be created" : "created"}; ${done.finished} finished and ${done.open} open already`,
  ];
  if (done.until < to) lines.push(`looked at until ${say(done.until)}: what comes after is for beat to decide`);
  if (done.nextFrom !== null) lines.push(`there is more: go on with --from ${say(done.nextFrom)}`);
  if (done.ledgerSince !== null)
    lines.push(`runs before ${say(done.ledgerSince)} were deleted (LEDGER_RETENTION_DAYS) and count as not run`);
  return lines.join("\n");
}

function parseRangeEnd(option: string, raw: string, timezone: string): Date {
  const instant = parseInstant(raw, timezone);
  if (instant !== null) return instant;
  throw new WrongUsage(`${option} ${raw}: expected ISO 8601, such as 2026-11-21T03:00:00+01:00 or 2026-11-21`);
}

function parseMax(raw: string): number {
  if (/^\d{1,5}$/.test(raw) && Number(raw) >= 1 && Number(raw) <= MOST_RUNS) return Number(raw);
  throw new WrongUsage(`--max ${raw}: expected a whole number from 1 to ${MOST_RUNS}`);
}

async function refuseWrong<Answer>(asked: Promise<Answer>): Promise<Answer> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof NoSuchSchedule || error instanceof RefusedSchedule || error instanceof InvalidTaskArgs)
      throw new WrongUsage(error.message, { cause: error });
    throw error;
  }
}
