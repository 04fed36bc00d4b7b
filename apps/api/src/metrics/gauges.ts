import { SECOND_MS } from "@drumline/core/clock";
import type { StateCount } from "@drumline/db";
import type { QueueCounts } from "@drumline/engine";
import type { WorkCounts } from "@drumline/oms/queries";

import { toEventLoopDelay } from "../health/event-loop.ts";
import type { Facts } from "../health/facts.ts";
import type { Reason } from "../health/readiness.ts";
import type { RunCounts } from "./run-counts.sql.ts";
import type { ScheduleSuccess } from "./schedule-success.sql.ts";
import { readEnded, readHistogram, TASK_HISTOGRAMS } from "./task-totals.ts";

/** What one scrape found. */
export interface Scrape {
  readonly reasons: readonly Reason[];
  /** Null while the database is away; so are the counts. */
  readonly facts: Facts | null;
  readonly queues: readonly QueueCounts[];
  readonly runs: RunCounts | null;
  readonly work: WorkCounts | null;
  readonly schedules: readonly ScheduleSuccess[] | null;
}

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface GaugeSource {
  readonly name: string;
  /** Counters grow until the process that counts ends. */
  readonly kind: "gauge" | "counter";
  readonly help: string;
  readonly labels: readonly string[];
  readonly read: (scrape: Scrape) => readonly Sample[];
}

/** Every gauge and counter of ours, in the order of `/metrics`. A new one is one line. */
export const GAUGES: readonly GaugeSource[] = [
  one("ready", "1 while schedules fire and work gets done, as /health/ready says.", ({ reasons }) =>
    reasons.length === 0 ? 1 : 0,
  ),
  one(
    "oldest_lateness_seconds",
    "How long the oldest late occurrence is due; 0 when none is late.",
    ({ facts }) => (facts?.late[0]?.lateMs ?? 0) / SECOND_MS,
  ),
  one(
    "late_occurrences",
    "Schedules whose oldest due occurrence has not begun within its grace, or is open for too long.",
    ({ facts }) => facts?.late.length ?? 0,
  ),
  many(
    "runs_without_worker",
    "Runs that wait for a worker that has their task, up to 1,000 each.",
    ["task"],
    ({ facts }) => (facts?.unserved ?? []).map(({ task, runs }) => ({ labels: { task }, value: runs })),
  ),
  one(
    "schedules_of_unknown_tasks",
    "Enabled schedules whose task no living beat knows.",
    ({ facts }) => facts?.flagged.length ?? 0,
  ),
  many("process_heartbeat_age_seconds", "Since a process last said that it lives.", ["kind", "id"], ({ facts }) =>
    (facts?.processes ?? []).map(({ kind, id, silentMs }) => ({ labels: { kind, id }, value: silentMs / SECOND_MS })),
  ),
  many(
    "runs_with_worker_deaths_last_hour",
    "Runs whose worker died with them within the last hour, by task, whether or not they were the cause.",
    ["task"],
    ({ facts }) => (facts?.deaths ?? []).map(({ task, runs }) => ({ labels: { task }, value: runs })),
  ),
  many("run_worker_deaths", "Workers that died with one run, more than one, by run.", ["task", "run"], ({ facts }) =>
    (facts?.deadly ?? []).map(({ task, runId, deaths }) => ({ labels: { task, run: runId }, value: deaths })),
  ),
  many(
    "event_loop_delay_seconds",
    "How late the event loop of a process ran since its last heartbeat: quantiles 0.5, 0.99 and 1, the longest block.",
    ["kind", "id", "quantile"],
    ({ facts }) =>
      (facts?.processes ?? []).flatMap(({ kind, id, info }) => {
        const delay = toEventLoopDelay(info);
        if (delay === null) return [];
        const quantiles = { "0.5": delay.p50Ms, "0.99": delay.p99Ms, "1": delay.maxMs };
        return Object.entries(quantiles).map(([quantile, ms]) => ({
          labels: { kind, id, quantile },
          value: ms / SECOND_MS,
        }));
      }),
  ),
  many(
    "schedule_last_success_timestamp_seconds",
    "When the last run of a schedule that finished did so, since 1970; of schedules that are on, not paused, and finished one of their newest 200.",
    ["schedule"],
    ({ schedules }) =>
      (schedules ?? []).flatMap(({ schedule, succeededAt }) =>
        succeededAt === null ? [] : [{ labels: { schedule }, value: succeededAt.getTime() / SECOND_MS }],
      ),
  ),
  many(
    "schedule_period_seconds",
    "From the next occurrence of a schedule to the one after it; of schedules that are on and not paused.",
    ["schedule"],
    ({ schedules }) =>
      (schedules ?? []).flatMap(({ schedule, periodMs }) =>
        periodMs === null ? [] : [{ labels: { schedule }, value: periodMs / SECOND_MS }],
      ),
  ),
  counter(
    "task_runs_total",
    "Runs that ended for good in a worker, by task and status, since the worker started.",
    ["task", "status", "worker"],
    ({ facts }) => readEnded(facts?.processes ?? []),
  ),
  ...TASK_HISTOGRAMS.flatMap(({ name, help, of }) =>
    (["bucket", "sum", "count"] as const).map((part): GaugeSource => ({
      name: `${name}_${part}`,
      kind: "counter",
      help,
      labels: ["task", "worker", ...(part === "bucket" ? ["le"] : [])],
      read: ({ facts }) => readHistogram(facts?.processes ?? [], of, part),
    })),
  ),
  many(
    "problems_open",
    "Problems that wait for a person, by kind, up to 1,000 of each.",
    ["context", "kind", "severity"],
    ({ facts }) =>
      (facts?.problems ?? []).map(({ context, kind, severity, count }) => ({
        labels: { context, kind, severity },
        value: count,
      })),
  ),
  many("queue_jobs", "Jobs in a queue, by state.", ["queue", "state"], ({ queues }) =>
    queues.flatMap(({ name, ...states }) =>
      Object.entries(states).map(([state, value]) => ({ labels: { queue: name, state }, value })),
    ),
  ),
  many("runs_open", "Runs that wait or are under way, by status; counted up to 100,000.", ["status"], ({ runs }) =>
    byState("status", runs?.open),
  ),
  many(
    "runs_last_hour",
    "Runs created within the last hour, by status; counted up to 100,000.",
    ["status"],
    ({ runs }) => byState("status", runs?.lastHour),
  ),
  many(
    "orders",
    "Orders, by state; of more than 100,000 the estimate of PostgreSQL's statistics.",
    ["state"],
    ({ work }) => byState("state", work?.orders.counts),
  ),
  many(
    "packages",
    "Packages, by state; of more than 100,000 the estimate of PostgreSQL's statistics.",
    ["state"],
    ({ work }) => byState("state", work?.packages.counts),
  ),
];

function one(name: string, help: string, read: (scrape: Scrape) => number): GaugeSource {
  return { name, kind: "gauge", help, labels: [], read: (scrape) => [{ labels: {}, value: read(scrape) }] };
}

function many<const Label extends string>(
  name: string,
  help: string,
  labels: readonly Label[],
  read: (scrape: Scrape) => readonly { readonly labels: Record<Label, string>; readonly value: number }[],
): GaugeSource {
  return { name, kind: "gauge", help, labels, read };
}

function counter<const Label extends string>(
  name: string,
  help: string,
  labels: readonly Label[],
  read: (scrape: Scrape) => readonly { readonly labels: Record<Label, string>; readonly value: number }[],
): GaugeSource {
  return { ...many(name, help, labels, read), kind: "counter" };
}

function byState<Label extends string>(label: Label, counts: readonly StateCount[] = []) {
  return counts.map(({ state, count }) => ({ labels: { [label]: state } as Record<Label, string>, value: count }));
}
