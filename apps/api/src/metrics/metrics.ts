import { SECOND_MS } from "@drumline/core/clock";
import { collectDefaultMetrics, Gauge, Registry } from "prom-client";

import type { ApiParts } from "../api.ts";
import { lookAround } from "../health/look-around.ts";
import { loadQueueViews } from "../overview/queues.ts";
import { loadRunsByStatus, loadWorkByState } from "../overview/work-counts.sql.ts";

/** One set of gauges for a server, filled anew at each scrape: the truth is in the stores, not in this process. */
export function createMetrics(parts: ApiParts) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "drumline_api_" });
  const gauge = <const Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Gauge({ name: `drumline_${name}`, help, labelNames, registers: [registry] });

  const ready = gauge("ready", "1 while schedules fire and work gets done, as /health/ready says.");
  const lateness = gauge(
    "oldest_lateness_seconds",
    "How long the oldest due occurrence has waited, once past its grace; 0 when none is late.",
  );
  const late = gauge("late_occurrences", "Due occurrences past their grace that have not begun.");
  const heartbeat = gauge("process_heartbeat_age_seconds", "Since a process last said that it lives.", ["kind", "id"]);
  const jobs = gauge("queue_jobs", "Jobs in a queue, by state.", ["queue", "state"]);
  const openRuns = gauge("runs_open", "Runs that wait or are under way, by status.", ["status"]);
  const hourRuns = gauge("runs_last_hour", "Runs created within the last hour, by status.", ["status"]);
  const orders = gauge("orders", "Orders, by state.", ["state"]);
  const packages = gauge("packages", "Packages, by state.", ["state"]);

  const collect = async (): Promise<string> => {
    const health = await lookAround(parts);
    const isUp = health.reasons.every(({ code }) => code !== "DATABASE_DOWN");
    const [queues, runs, work] = await Promise.all([
      loadQueueViews(parts).catch(() => []),
      isUp ? loadRunsByStatus(parts.db, parts.clock.now()) : { open: [], lastHour: [] },
      isUp ? loadWorkByState(parts.db) : { orders: [], packages: [] },
    ]);
    // A state that nothing is in any more must not keep its last value.
    for (const labelled of [heartbeat, jobs, openRuns, hourRuns, orders, packages]) labelled.reset();
    ready.set(health.reasons.length === 0 ? 1 : 0);
    lateness.set((health.late[0]?.lateMs ?? 0) / SECOND_MS);
    late.set(health.late.length);
    for (const { kind, id, silentMs } of health.processes) heartbeat.set({ kind, id }, silentMs / SECOND_MS);
    for (const { name, ...states } of queues) {
      for (const [state, count] of Object.entries(states)) jobs.set({ queue: name, state }, count);
    }
    for (const { state, count } of runs.open) openRuns.set({ status: state }, count);
    for (const { state, count } of runs.lastHour) hourRuns.set({ status: state }, count);
    for (const { state, count } of work.orders) orders.set({ state }, count);
    for (const { state, count } of work.packages) packages.set({ state }, count);
    return registry.metrics();
  };
  return { contentType: registry.contentType, collect };
}
