import { MINUTE_MS, systemClock } from "@drumline/core/clock";
import { parseDurationSeconds } from "@drumline/core/scheduling";
import {
  closeWindow,
  createWindow,
  endWindow,
  loadPastPeriods,
  loadWindows,
  type MaintenanceWindow,
  NoSuchWindow,
  RefusedWindow,
  updateWindow,
  WindowChanged,
  type WindowContext,
  WindowNotOpen,
  type WindowPatch,
} from "@drumline/engine";
import type { Command } from "commander";

import { readEnv } from "../config.ts";
import { ExitCode, Finished, WrongUsage } from "../exit.ts";
import { formatShort, parseInstant } from "../output/instant.ts";
import { print, printAside } from "../output/print.ts";
import { formatTable } from "../output/table.ts";
import { whoSitsHere } from "../who-sits-here.ts";
import { withDatabases } from "../with-databases.ts";

interface StoreOptions {
  readonly envFile?: string;
  readonly json?: boolean;
}

interface WindowOptions {
  readonly name?: string;
  readonly reason?: string;
  readonly queue?: readonly string[];
  readonly schedule?: readonly string[];
  readonly from?: string;
  readonly until?: string;
  readonly minutes?: string;
  readonly crontab?: string;
  readonly tz?: string;
}

interface ChangeOptions {
  readonly by: string;
  readonly why: string;
}

const MOST_SHOWN = 200;

export function configureMaintenance(command: Command): void {
  command
    .option("--all", "those that are over, too")
    .option("--env-file <file>", "read this file instead of .env; real variables still win")
    .option("--json", "an array of objects, or one object")
    .addHelpText(
      "after",
      "\nWhile a window is in force runs wait, SCHEDULED with the reason MAINTENANCE; runs under way finish.",
    )
    .action((options: StoreOptions & { all?: boolean }) => listWindows(options));
  const sub = (name: string, about: string) => command.command(name).copyInheritedSettings(command).description(about);
  const by = ["--by <name>", "who does it", whoSitsHere()] as const;

  withTiming(sub("create", "let runs wait for a while, once (now, unless --from) or again and again (--crontab)"))
    .requiredOption("--name <text>", "what it is called")
    .requiredOption("--reason <text>", "why runs have to wait")
    .option(...by)
    .action((options: WindowOptions & ChangeOptions, self: Command) =>
      act(self, options.by, (context) => createWindow(context, toPatch(options))),
    );
  withTiming(sub("change", "change a window; what is left out stays"))
    .argument("<id>")
    .option("--name <text>")
    .option("--reason <text>")
    .requiredOption("--why <text>", "why it is changed")
    .requiredOption("--window-version <number>", "the version that was looked at")
    .option(...by)
    .action((id: string, options: WindowOptions & ChangeOptions & { windowVersion: string }, self: Command) =>
      act(self, options.by, (context) =>
        updateWindow(context, toId(id), toPatch(options), { why: options.why, version: Number(options.windowVersion) }),
      ),
    );
  for (const [name, change, about] of [
    ["end", endWindow, "end what is in force of a window now; a recurring one comes again"],
    ["close", closeWindow, "end a window for good"],
  ] as const)
    sub(name, about)
      .argument("<id>")
      .requiredOption("--why <text>", "stands in the history")
      .option(...by)
      .action((id: string, { by: who, why }: ChangeOptions, self: Command) =>
        act(self, who, (context) => change(context, toId(id), { why })),
      );
  sub("history", "when windows were in force, newest first; of one or of all")
    .argument("[id]")
    .action((id: string | undefined, _options: object, self: Command) =>
      listHistory(id, self.optsWithGlobals<StoreOptions>()),
    );
}

const withTiming = (command: Command): Command =>
  command
    .option("--queue <name...>", "whose runs wait; of all queues where neither --queue nor --schedule is given")
    .option("--schedule <key...>", "whose runs wait")
    .option("--from <instant>", "ISO 8601; default: now")
    .option("--until <instant>", "ISO 8601")
    .option("--minutes <number>", "how long, instead of --until, and of each where it recurs; 60*2 is two hours")
    .option("--crontab <fields>", "when each begins, where it recurs")
    .option("--tz <zone>", "time zone of the crontab; default: UTC");

function toPatch({ name, reason, queue, schedule, from, until, minutes, crontab, tz }: WindowOptions): WindowPatch {
  const durationMs = minutes === undefined ? undefined : toMinutes(minutes) * MINUTE_MS;
  const scope = { name, reason, queues: queue, schedules: schedule };
  if (crontab !== undefined || tz !== undefined) return { ...scope, crontab, timezone: tz, durationMs };
  const startsAt = toInstant("--from", from);
  const endsAt = toInstant("--until", until);
  if (durationMs === undefined) return { ...scope, startsAt, endsAt };
  const begin = startsAt ?? systemClock.now();
  return { ...scope, startsAt, endsAt: endsAt ?? new Date(begin.getTime() + durationMs) };
}

function toMinutes(minutes: string): number {
  try {
    return parseDurationSeconds(minutes, "--minutes");
  } catch {
    throw new WrongUsage(`--minutes ${minutes}: expected a whole number or a product such as 60*2`);
  }
}

function toInstant(option: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const instant = parseInstant(text, "UTC");
  if (instant !== null) return instant;
  throw new WrongUsage(`${option} ${text}: expected ISO 8601, such as 2026-11-21T03:00:00+01:00`);
}

function toId(id: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) return id;
  throw new WrongUsage(`"${id}" is no id of a window; drumline maintenance lists them`);
}

async function act(
  self: Command,
  who: string,
  change: (context: WindowContext) => Promise<MaintenanceWindow>,
): Promise<void> {
  // The parent takes --env-file and --json, wherever they stand.
  const { envFile, json = false } = self.optsWithGlobals<StoreOptions>();
  const changed = await withDatabases(readEnv(envFile), async ({ db }) => {
    try {
      return await change({ db, clock: systemClock, who });
    } catch (error) {
      if (error instanceof RefusedWindow) throw new WrongUsage(error.message, { cause: error });
      if (!(error instanceof NoSuchWindow || error instanceof WindowNotOpen || error instanceof WindowChanged))
        throw error;
      printAside(error.message);
      throw new Finished(ExitCode.foundProblems);
    }
  });
  print(json ? JSON.stringify(changed, null, 2) : toTable([changed]));
}

async function listWindows({ envFile, json = false, all = false }: StoreOptions & { all?: boolean }): Promise<void> {
  const filter = all ? {} : { open: true };
  const windows = await withDatabases(readEnv(envFile), ({ db }) => loadWindows(db, filter, null, MOST_SHOWN));
  print(json ? JSON.stringify(windows, null, 2) : toTable(windows));
}

const toTable = (windows: readonly MaintenanceWindow[]): string =>
  formatTable(
    ["id", "name", "version", "holds", "in force until", "next", "reason"],
    windows.map(({ id, name, version, queues, schedules, inForceUntil, nextStarts, reason }) => [
      id,
      name,
      String(version),
      [...queues, ...schedules].join(", ") || "all",
      inForceUntil === null ? "" : formatShort(inForceUntil, "UTC"),
      nextStarts[0] === undefined ? "" : formatShort(nextStarts[0], "UTC"),
      reason,
    ]),
  );

async function listHistory(id: string | undefined, { envFile, json = false }: StoreOptions): Promise<void> {
  const windowId = id === undefined ? null : toId(id);
  const periods = await withDatabases(readEnv(envFile), ({ db }) => loadPastPeriods(db, windowId, null, MOST_SHOWN));
  const rows = periods.map(({ name, startsAt, endsAt, endedBy, endedReason, reason }) => [
    formatShort(startsAt, "UTC"),
    formatShort(endsAt, "UTC"),
    name,
    reason,
    endedBy === null ? "" : `${endedBy}: ${endedReason ?? ""}`,
  ]);
  const shown = periods.map((period) => ({ ...period, id: String(period.id) }));
  print(
    json ? JSON.stringify(shown, null, 2) : formatTable(["from", "until", "name", "reason", "ended early by"], rows),
  );
}
