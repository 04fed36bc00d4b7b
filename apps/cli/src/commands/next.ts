import type { Command } from "commander";

import { SECOND_MS, systemClock } from "@drumline/core/clock";
import type { Env } from "@drumline/core/config";
import { closestName } from "@drumline/core/errors";
import {
  dueBetween,
  explainTrigger,
  InvalidSchedule,
  parseCrontab,
  parseDurationSeconds,
  parseZoneName,
  resolveEnvSchedules,
  type Trigger,
} from "@drumline/core/scheduling";
import { catalogue, scheduleEntries } from "@drumline/tasks";

import { readEnv } from "../config.ts";
import { ExitCode, Finished, WrongUsage } from "../exit.ts";
import { formatInstant, parseInstant, wholeSecond } from "../output/instant.ts";
import { print, printAside } from "../output/print.ts";

const FAR_FUTURE = new Date(8.64e15);
const MOST_SHOWN = 10_000;

interface NextOptions {
  readonly tz?: string;
  readonly from?: string;
  readonly count: string;
  readonly envFile?: string;
  readonly json?: boolean;
}

export function configureNext(command: Command): void {
  command
    .argument("<expression or key>", 'a crontab ("0,3,*,*,*" or "0 3 * * *"), seconds ("60*5") or a schedule key')
    .option("--tz <zone>", "time zone; default: the schedule's own, else BEAT_TIMEZONE, else UTC")
    .option("--from <instant>", "ISO 8601; strictly later instants are printed; default: now")
    .option("--count <number>", "how many", "5")
    .option("--env-file <file>", "read this file instead of .env; real variables still win")
    .option("--json", "an array of ISO 8601 strings")
    .action(printNext);
}

function printNext(asked: string, { tz, from, count, envFile, json = false }: NextOptions): void {
  const { trigger, timezone, enabled } = refuseInvalid(() => readAsked(asked.trim(), readEnv(envFile), tz));
  if (!enabled) {
    printAside(`${asked} is disabled, so it is never due; drumline schedules shows which key does it`);
    if (json) print("[]");
    throw new Finished(ExitCode.foundProblems);
  }
  const after = from === undefined ? wholeSecond(systemClock.now()) : parseFrom(from, timezone);
  const due = dueBetween(trigger, after, after, FAR_FUTURE, parseCount(count));
  const { inWords, warnings, clockChanges, crontabGuruUrl } = explainTrigger(trigger, after);
  printAside([inWords, crontabGuruUrl ?? []].flat().join("; "));
  for (const warning of warnings) printAside(`warning: ${warning}`);
  for (const change of clockChanges) printAside(`clock change: ${change.inWords}`);
  const shown = due.map((instant) => formatInstant(instant, timezone));
  print(json ? JSON.stringify(shown, null, 2) : shown.join("\n"));
}

interface Asked {
  readonly trigger: Trigger;
  readonly timezone: string;
  readonly enabled: boolean;
}

/** @throws InvalidSchedule | WrongUsage */
function readAsked(asked: string, env: Env, tz: string | undefined): Asked {
  const zone = tz === undefined ? null : parseZoneName(tz, "--tz");
  if (scheduleEntries().some(({ entry }) => entry.key === asked)) return readSchedule(asked, env, zone);
  refuseUnknownKey(asked);
  const timezone = zone ?? parseZoneName(env["BEAT_TIMEZONE"]?.trim() || "UTC", "BEAT_TIMEZONE");
  return { trigger: readExpression(asked, timezone), timezone, enabled: true };
}

function readSchedule(key: string, env: Env, zone: string | null): Asked {
  const { schedules, problems } = resolveEnvSchedules(catalogue, env);
  const found = schedules.find((schedule) => schedule.key === key);
  if (found === undefined) {
    const wrong = problems.map(({ key: envKey, problem }) => `${envKey}: ${problem}`).join("; ");
    throw new WrongUsage(`${key} cannot be read from the environment: ${wrong}`);
  }
  const timezone = zone ?? found.timezone;
  const trigger = found.trigger.kind === "crontab" ? { ...found.trigger, timezone } : found.trigger;
  return { trigger, timezone, enabled: found.enabled };
}

/** A word of letters and hyphens can only be meant as a schedule's key. */
function refuseUnknownKey(asked: string): void {
  if (!/^[a-z]+([-_][a-z0-9]+)+$/i.test(asked)) return;
  const keys = scheduleEntries().map(({ entry }) => entry.key);
  const meant = closestName(asked, keys);
  throw new WrongUsage(
    meant === null
      ? `there is no schedule "${asked}"; drumline schedules lists them`
      : `there is no schedule "${asked}"; did you mean ${meant}?`,
  );
}

/** Seconds (`60*5`, `every 300s`) or a crontab. Five blank-separated fields are a crontab where they can be one. */
function readExpression(asked: string, timezone: string): Trigger {
  const seconds = /^every\s+([\d\s*]+?)\s*s?$/i.exec(asked)?.[1] ?? (/^\d+(\s*\*\s*\d+)*$/.test(asked) ? asked : null);
  if (seconds !== null && !isCrontab(asked)) {
    return { kind: "interval", everyMs: parseDurationSeconds(seconds, "interval") * SECOND_MS };
  }
  return { kind: "crontab", crontab: parseCrontab(asked, "crontab"), timezone };
}

function isCrontab(text: string): boolean {
  try {
    parseCrontab(text, "crontab");
    return true;
  } catch {
    return false;
  }
}

function parseFrom(from: string, timezone: string): Date {
  const instant = parseInstant(from, timezone);
  if (instant !== null) return instant;
  throw new WrongUsage(`--from ${from}: expected ISO 8601, such as 2026-11-21T03:00:00+01:00 or 2026-11-21T02:00:00Z`);
}

function parseCount(count: string): number {
  const value = Number(count);
  if (/^\d+$/.test(count) && value >= 1 && value <= MOST_SHOWN) return value;
  throw new WrongUsage(`--count ${count}: expected a whole number from 1 to ${MOST_SHOWN}`);
}

/** On the command line a bad expression is wrong usage. */
function refuseInvalid<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (error instanceof InvalidSchedule) throw new WrongUsage(error.message);
    throw error;
  }
}
