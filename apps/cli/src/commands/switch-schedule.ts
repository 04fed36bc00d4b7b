import { systemClock } from "@drumline/core/clock";
import { describeTrigger } from "@drumline/core/scheduling";
import type { Database } from "@drumline/db";
import {
  type ChangeContext,
  loadSchedule,
  NoSuchSchedule,
  pauseSchedule,
  ReadOnlySchedule,
  RefusedSchedule,
  resumeSchedule,
  type StoredSchedule,
  switchSchedule,
} from "@drumline/engine";
import { catalogue } from "@drumline/tasks";
import type { Command } from "commander";

import { readEnv } from "../config.ts";
import { WrongUsage } from "../exit.ts";
import { formatInstant } from "../output/instant.ts";
import { parseTz, toJson } from "../output/list.ts";
import { print, printAside } from "../output/print.ts";
import { parseUntil } from "../output/when.ts";
import { recordChanges } from "../record-change.ts";
import { whoSitsHere } from "../who-sits-here.ts";
import { withDatabases } from "../with-databases.ts";

interface SwitchOptions {
  readonly by: string;
  readonly tz: string;
  readonly dryRun?: boolean;
  readonly envFile?: string;
  readonly json?: boolean;
}

interface PauseOptions extends SwitchOptions {
  readonly why: string;
  readonly until?: string;
}

export function configurePause(command: Command): void {
  withSwitchOptions(command)
    .requiredOption("--why <text>", "for whoever wonders why it does not run")
    .option("--until <when>", '30m, 1h, 2d, "tomorrow 09:00", monday, or ISO 8601; default: until it is resumed')
    .addHelpText(
      "after",
      "\nOccurrences pass, each recorded as SKIPPED with the reason; also of a schedule of env keys.",
    )
    .action((key: string, { why, until, ...options }: PauseOptions) => {
      if (why.trim() === "") throw new WrongUsage("--why is empty: say why it is to wait");
      const now = systemClock.now();
      const end = until === undefined ? null : parseUntil("--until", until, now, parseTz(options.tz));
      return change(key, "pause", options, (context) => pauseSchedule(context, key, { reason: why, until: end }, {}));
    });
}

export function configureResume(command: Command): void {
  withSwitchOptions(command).action((key: string, options: SwitchOptions) =>
    change(key, "resume", options, (context) => resumeSchedule(context, key, {})),
  );
}

export const configureEnable = (command: Command): void => configureSwitch(command, "enable", true);
export const configureDisable = (command: Command): void => configureSwitch(command, "disable", false);

function configureSwitch(command: Command, word: string, enabled: boolean): void {
  withSwitchOptions(command)
    .addHelpText(
      "after",
      "\nA schedule of env keys is switched there; this refuses it and names the key. pause works for both.",
    )
    .action((key: string, options: SwitchOptions) =>
      change(key, word, options, (context) => switchSchedule(context, key, enabled, {})),
    );
}

const withSwitchOptions = (command: Command): Command =>
  command
    .argument("<schedule>", "a schedule's key or id")
    .option("--by <name>", "who does it", whoSitsHere())
    .option("--tz <zone>", "time zone of what is read and shown", "UTC")
    .option("--dry-run", "say what it is now, and change nothing")
    .option("--env-file <file>", "read this file instead of .env; real variables still win")
    .option("--json", "the schedule as an object");

async function change(
  key: string,
  action: string,
  { by, tz, dryRun = false, envFile, json = false }: SwitchOptions,
  act: (context: ChangeContext) => Promise<StoredSchedule>,
): Promise<void> {
  const timezone = parseTz(tz);
  const { before, after } = await withDatabases(readEnv(envFile), async ({ db }) => {
    const known = await loadSchedule(db, key);
    if (known === null || known.deletedAt !== null)
      throw new WrongUsage(`there is no schedule ${key}; drumline schedules lists those of the environment`);
    if (dryRun) return { before: known, after: known };
    const changed = await refuseWrong(act({ db, clock: systemClock, tasks: catalogue, who: by }));
    if (changed.version !== known.version) await recordSwitch(db, by, action, known, changed);
    return { before: known, after: changed };
  });
  if (dryRun) printAside(`would ${action} it; as it is now:`);
  else if (after.version === before.version) printAside("it was so already: nothing was changed");
  print(json ? toJson(toState(after), 2) : inWords(after, timezone));
}

async function recordSwitch(
  db: Database,
  by: string,
  action: string,
  before: StoredSchedule,
  after: StoredSchedule,
): Promise<void> {
  const content = { action, before: toState(before), after: toState(after) };
  await recordChanges(db, by, "schedule", [{ id: after.key, content }]);
}

async function refuseWrong<Answer>(asked: Promise<Answer>): Promise<Answer> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof NoSuchSchedule || error instanceof RefusedSchedule)
      throw new WrongUsage(error.message, { cause: error });
    if (error instanceof ReadOnlySchedule) printAside(`drumline pause works for it, too`);
    throw error;
  }
}

function toState(schedule: StoredSchedule): object {
  const { key, name, task, source, enabled, pausedAt, pausedUntil, pausedBy, pausedReason, version } = schedule;
  return { key, name, task, source, enabled, pausedAt, pausedUntil, pausedBy, pausedReason, version };
}

function inWords(schedule: StoredSchedule, timezone: string): string {
  const { key, enabled, trigger, pausedAt, pausedUntil, pausedBy, pausedReason } = schedule;
  if (!enabled) return `${key} is off: nothing falls due`;
  const runs = `${key} runs ${describeTrigger(trigger)}`;
  if (pausedAt === null) return runs;
  const until = pausedUntil === null ? "until it is resumed" : `until ${formatInstant(pausedUntil, timezone)}`;
  return `${runs}; paused by ${pausedBy} ${until}: ${pausedReason}`;
}
