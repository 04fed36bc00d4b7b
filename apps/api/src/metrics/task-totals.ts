import { SECOND_MS } from "@drumline/core/clock";
import type { ProcessRow, WorkerTotals } from "@drumline/engine";
import { z } from "zod";

const histogram = z.object({ counts: z.array(z.number()), sumMs: z.number() });
const heartbeatInfo = z.object({
  totals: z.object({
    bounds: z.array(z.number()),
    tasks: z.array(
      z.object({ task: z.string(), ended: z.record(z.string(), z.number()), duration: histogram, lateness: histogram }),
    ),
  }),
});

type TaskTotals = WorkerTotals["tasks"][number];
type Processes = readonly Pick<ProcessRow, "id" | "info">[];

/** The histograms that each worker keeps of each task. */
export const TASK_HISTOGRAMS = [
  {
    name: "task_duration_seconds",
    help: "How long the last try of runs that ended for good took, by task, since the worker started.",
    of: "duration",
  },
  {
    name: "task_lateness_seconds",
    help: "From the due instant of runs that ended for good to their first start, by task, since the worker started.",
    of: "lateness",
  },
] as const;

/** One series per worker, for Prometheus knows of each by itself when it began anew; their sum would jump when one ends. */
export function readEnded(processes: Processes) {
  return eachTask(processes).flatMap(({ worker, totals: { task, ended } }) =>
    Object.entries(ended).map(([status, value]) => ({ labels: { task, status, worker }, value })),
  );
}

export function readHistogram(processes: Processes, of: "duration" | "lateness", part: "bucket" | "sum" | "count") {
  return eachTask(processes).flatMap(({ worker, bounds, totals }) => {
    const { counts, sumMs } = totals[of];
    const labels = { task: totals.task, worker };
    if (part === "sum") return [{ labels, value: sumMs / SECOND_MS }];
    if (part === "count") return [{ labels, value: sumOf(counts) }];
    return counts.map((_count, index) => ({
      labels: { ...labels, le: String(bounds[index] ?? "+Inf") },
      value: sumOf(counts.slice(0, index + 1)),
    }));
  });
}

/** Heartbeats of a release that does not count are passed over. */
function eachTask(processes: Processes): { worker: string; bounds: readonly number[]; totals: TaskTotals }[] {
  return processes.flatMap(({ id, info }) => {
    const known = heartbeatInfo.safeParse(info).data?.totals;
    if (known === undefined) return [];
    return known.tasks.map((totals) => ({ worker: id, bounds: known.bounds, totals }));
  });
}

const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);
