import { SECOND_MS } from "@drumline/core/clock";
import { isLiving, SILENT_AFTER_MS } from "@drumline/engine";
import { countOfSeverity } from "@drumline/problems";

import { toEventLoopDelay } from "./event-loop.ts";
import type { Facts } from "./facts.ts";

/** Why work may not be getting done; the code is for programs, the message for people. */
export interface Reason {
  readonly code:
    | "DATABASE_DOWN"
    | "QUEUES_DOWN"
    | "NO_BEAT"
    | "NO_WORKER"
    | "UNKNOWN_TASK"
    | "UNREADABLE_SCHEDULE"
    | "KILLS_WORKERS"
    | "LATE";
  readonly message: string;
}

/** What works and will not for long, or waits for a person; it turns nothing red. */
export interface Warning {
  readonly code: "EVENT_LOOP" | "OPEN_PROBLEMS" | "MAINTENANCE";
  readonly message: string;
}

/** Looks at the facts for one kind of trouble; null when there is none. */
type Check = (facts: Facts) => Reason | null;

/** In the order in which people should read them: what causes others comes first. */
const CHECKS: readonly Check[] = [checkBeats, checkWorkers, checkUnserved, checkFlagged, checkDeaths, checkLateness];

/** Every reason at once; none means that schedules fire and work gets done. */
export function findReasons(facts: Facts): Reason[] {
  return CHECKS.flatMap((check) => check(facts) ?? []);
}

const MOST_KINDS_TOLD = 5;
/** The 99th percentile of a minute above which a process starts runs late and may lose its leases. */
const SLOW_LOOP_MS = 250;

export function findWarnings(facts: Facts): Warning[] {
  return [...findHeldLoops(facts), ...findMaintenance(facts), ...findOpenProblems(facts)];
}

/** Every living process whose event loop was held for too long in the last minute. */
function findHeldLoops({ processes }: Facts): Warning[] {
  return processes.filter(isLiving).flatMap(({ id, info }): Warning[] => {
    const delay = toEventLoopDelay(info);
    if (delay === null || (delay.minuteP99Ms ?? 0) <= SLOW_LOOP_MS) return [];
    const message = `The event loop of ${id} was held for ${delay.minuteP99Ms} ms at the 99th percentile of a minute: its runs start late and its leases are in danger. Look for "the event loop stood still" in its log, and at the runs it had.`;
    return [{ code: "EVENT_LOOP", message }];
  });
}

/** Every window in force: runs wait since somebody wants them to. */
function findMaintenance({ maintenance }: Facts): Warning[] {
  return maintenance.map(({ name, reason, endsAt, queues, scheduleIds }) => {
    const schedules = scheduleIds.length === 0 ? [] : [`of ${scheduleIds.length} schedules`];
    const whose = [...queues.map((queue) => `of the queue ${queue}`), ...schedules].join(" and ") || "of all queues";
    const message = `Runs ${whose} wait until ${endsAt.toISOString()} for the maintenance window "${name}": ${reason}`;
    return { code: "MAINTENANCE", message };
  });
}

/** One for all that stops something until a person acts. It is about a record or a partner, so it takes no api out of service. */
function findOpenProblems({ problems }: Facts): Warning[] {
  const errors = countOfSeverity(problems, "ERROR");
  if (errors === 0) return [];
  const kinds = problems.filter(({ severity }) => severity === "ERROR").map(({ kind, count }) => `${kind} ${count}`);
  const message = `Open problems that stop something until a person acts: ${kinds.slice(0, MOST_KINDS_TOLD).join(", ")}${andMore(Math.max(0, kinds.length - MOST_KINDS_TOLD), "more kinds")}. drumline problems lists them.`;
  return [{ code: "OPEN_PROBLEMS", message }];
}

const lives = ({ processes }: Facts, kind: string): boolean =>
  processes.some((process) => process.kind === kind && isLiving(process));

function checkBeats(facts: Facts): Reason | null {
  if (lives(facts, "beat")) return null;
  return {
    code: "NO_BEAT",
    message: `No beat has been heard of for ${SILENT_AFTER_MS / SECOND_MS} s: no schedule fires. Start one: npm run beat`,
  };
}

function checkWorkers(facts: Facts): Reason | null {
  if (lives(facts, "worker")) return null;
  return {
    code: "NO_WORKER",
    message: `No worker has been heard of for ${SILENT_AFTER_MS / SECOND_MS} s: runs wait. Start one: npm run worker`,
  };
}

function checkDeaths({ deadly }: Facts): Reason | null {
  const [latest] = deadly;
  if (latest === undefined) return null;
  const { task, runId, deaths, lastDeath, runsAlone } = latest;
  const others = [...new Set(deadly.map((run) => run.task))].filter((other) => other !== task);
  const also = others.length === 0 ? "" : `; also ${others.join(", ")}`;
  const now = runsAlone ? "goes out again alone" : "has failed";
  return {
    code: "KILLS_WORKERS",
    message: `${task} may kill its workers: ${deaths} died with run ${runId}, which ${now}; the last: ${lastDeath}${also}`,
  };
}

/** Where no worker lives at all, `checkWorkers` has said it. */
function checkUnserved(facts: Facts): Reason | null {
  const [first, ...others] = facts.unserved;
  if (first === undefined || !lives(facts, "worker")) return null;
  const runs = first.runs === 1 ? "1 run waits" : `${first.runs} runs wait`;
  return {
    code: "NO_WORKER",
    message: `No living worker has the task ${first.task} on the queue ${first.queue}: ${runs}${andMore(others.length, "more tasks have none")}. Start one of a release that has it.`,
  };
}

function checkFlagged({ flagged }: Facts): Reason | null {
  const [first, ...others] = flagged;
  if (first === undefined) return null;
  const [code, cure] = first.isUnreadable
    ? (["UNREADABLE_SCHEDULE", "Correct its row, or disable it."] as const)
    : ([
        "UNKNOWN_TASK",
        "Start a beat of a release that has the task, correct the task's name, or pause the schedule.",
      ] as const);
  return {
    code,
    message: `The schedule ${first.key} does not run: ${first.disabledReason}${andMore(others.length, "more schedules do not")}. ${cure}`,
  };
}

function checkLateness({ late }: Facts): Reason | null {
  const [oldest, ...others] = late;
  if (oldest === undefined) return null;
  const { schedule, dueAt, because } = oldest;
  return {
    code: "LATE",
    message: `${schedule} was due at ${dueAt.toISOString()} ${because}${andMore(others.length, "more are late")}`,
  };
}

const andMore = (count: number, what: string): string => (count === 0 ? "" : `; ${count} ${what}`);
