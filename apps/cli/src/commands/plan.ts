import type { Command } from "commander";

import { formatProblem } from "@drumline/core/config";
import { formatTrigger, resolveEnvSchedules, toPingOrigin } from "@drumline/core/scheduling";
import { policiesInWords } from "@drumline/core/task";
import {
  type DesiredSchedule,
  loadLivingProcesses,
  loadSchedules,
  planScheduleChanges,
  type ScheduleChanges,
  toDesiredSchedules,
} from "@drumline/engine";
import { catalogue, CATALOGUE_VERSION, findTask } from "@drumline/tasks";

import { readEnv } from "../config.ts";
import { ExitCode, Finished } from "../exit.ts";
import { print, printAside } from "../output/print.ts";
import { formatTable } from "../output/table.ts";
import { withDatabases } from "../with-databases.ts";

export function configurePlan(command: Command): void {
  command
    .option("--env-file <file>", "read this file instead of .env; real variables still win")
    .option("--json", "an array of objects with action, key, before and after")
    .action(plan);
}

interface PlannedChange {
  readonly action: "add" | "change" | "remove";
  readonly key: string;
  readonly before: string | null;
  readonly after: string | null;
}

async function plan({ envFile, json = false }: { envFile?: string; json?: boolean }): Promise<void> {
  const env = readEnv(envFile);
  const { schedules, problems } = resolveEnvSchedules(catalogue, env);
  if (problems.length > 0) {
    printAside(["beat would not start:", ...problems.map(formatProblem)].join("\n"));
    throw new Finished(ExitCode.foundProblems);
  }
  const [existing, { newestCatalogue }] = await withDatabases(env, ({ db }) =>
    Promise.all([loadSchedules(db), loadLivingProcesses(db)]),
  );
  if (newestCatalogue > CATALOGUE_VERSION) {
    printAside(
      `A beat with catalogue ${newestCatalogue} lives, and this is ${CATALOGUE_VERSION}: a restart of this one changes nothing before that one is gone.`,
    );
  }
  const changes = planScheduleChanges(existing, toDesiredSchedules(schedules, findTask), CATALOGUE_VERSION);
  const planned = toPlannedChanges(changes);
  print(json ? JSON.stringify(planned, null, 2) : toText(planned, changes.unchanged.length));
}

function toPlannedChanges({ added, changed, removed }: ScheduleChanges): PlannedChange[] {
  return [
    ...added.map((after) => ({ action: "add" as const, key: after.key, before: null, after: toWords(after) })),
    ...changed.map(({ before, after }) => ({
      action: "change" as const,
      key: after.key,
      before: toWords(before, after),
      after: toWords(after, before),
    })),
    ...removed.map((before) => ({ action: "remove" as const, key: before.key, before: toWords(before), after: null })),
  ];
}

/** With the policies in which it differs from `other`: a change that shows none would look like no change. */
function toWords(schedule: DesiredSchedule, other?: DesiredSchedule): string {
  const { enabled, trigger, pingUrl } = schedule;
  if (!enabled) return "off";
  const zone = trigger.kind === "crontab" ? ` ${trigger.timezone}` : "";
  const pings = pingUrl === null ? "" : `, pings ${toPingOrigin(pingUrl)}`;
  const policies = other === undefined ? [] : policiesInWords(schedule, other);
  return `${formatTrigger(trigger)}${zone}${pings}${policies.map(([label, words]) => `, ${label}: ${words}`).join("")}`;
}

function toText(planned: readonly PlannedChange[], unchanged: number): string {
  const rest = `${unchanged} unchanged`;
  if (planned.length === 0) return `A restart of beat changes nothing: ${rest}.`;
  const rows = planned.map(({ action, key, before, after }) => [action, key, before ?? "", after ?? ""]);
  return `${formatTable(["action", "key", "now", "after a restart"], rows)}\n${rest}`;
}
