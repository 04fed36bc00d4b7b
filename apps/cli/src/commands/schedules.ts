import type { Command } from "commander";

import { systemClock } from "@drumline/core/clock";
import { formatProblem } from "@drumline/core/config";
import {
  describeTrigger,
  dueBetween,
  formatTrigger,
  resolveEnvSchedules,
  type ResolvedSchedule,
} from "@drumline/core/scheduling";
import { catalogue, findTask } from "@drumline/tasks";

import { readEnv } from "../config.ts";
import { ExitCode, Finished } from "../exit.ts";
import { formatInstant, formatShort, wholeSecond } from "../output/instant.ts";
import { print, printAside } from "../output/print.ts";
import { formatTable } from "../output/table.ts";

const NEXT_SHOWN = 3;
const FAR_FUTURE = new Date(8.64e15);

export function configureSchedules(command: Command): void {
  command
    .option("--env-file <file>", "read this file instead of .env; real variables still win")
    .option("--json", "an array of objects")
    .addHelpText("after", "\nIntervals are counted from now here; beat counts them from when it first saw them.")
    .action(listSchedules);
}

function listSchedules({ envFile, json = false }: { envFile?: string; json?: boolean }): void {
  const { schedules, problems } = resolveEnvSchedules(catalogue, readEnv(envFile));
  const now = wholeSecond(systemClock.now());
  const shown = schedules.map((schedule) => ({ schedule, built: isBuilt(schedule), next: nextOf(schedule, now) }));
  print(json ? JSON.stringify(shown.map(toJson), null, 2) : toTable(shown));
  if (problems.length === 0) return;
  printAside(["", "left out, until this is put right:", ...problems.map(formatProblem)].join("\n"));
  throw new Finished(ExitCode.foundProblems);
}

interface ShownSchedule {
  readonly schedule: ResolvedSchedule;
  readonly built: boolean;
  readonly next: readonly Date[];
}

function isBuilt({ task }: ResolvedSchedule): boolean {
  return findTask(task)?.built ?? false;
}

function nextOf({ enabled, trigger }: ResolvedSchedule, now: Date): Date[] {
  return enabled ? dueBetween(trigger, now, now, FAR_FUTURE, NEXT_SHOWN) : [];
}

function toJson({ schedule, built, next }: ShownSchedule): object {
  const { key, task, source, enabled, trigger, timezone, args, from, warnings } = schedule;
  return {
    key,
    task,
    source,
    enabled,
    built,
    trigger: formatTrigger(trigger),
    description: describeTrigger(trigger),
    timezone,
    next: next.map((due) => formatInstant(due, timezone)),
    from,
    args,
    warnings,
  };
}

function toTable(shown: readonly ShownSchedule[]): string {
  const header = ["key", "state", "trigger", "in words", "timezone", "next", "source", "task"];
  const rows = shown.map(({ schedule, built, next }) => [
    schedule.key,
    stateOf(schedule, built),
    formatTrigger(schedule.trigger),
    describeTrigger(schedule.trigger),
    schedule.timezone,
    next.map((due) => formatShort(due, schedule.timezone)).join(", "),
    schedule.from.length === 0 ? `${schedule.source} default` : `${schedule.source} ${schedule.from.join(", ")}`,
    schedule.task,
  ]);
  const warnings = shown.flatMap(({ schedule: { key, warnings: own } }) => own.map((warning) => `${key}: ${warning}`));
  return [formatTable(header, rows), ...(warnings.length === 0 ? [] : ["", ...warnings])].join("\n");
}

function stateOf({ enabled }: ResolvedSchedule, built: boolean): string {
  if (!enabled) return "off";
  return built ? "on" : "not built yet";
}
