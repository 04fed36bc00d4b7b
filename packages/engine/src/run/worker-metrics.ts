import { SECOND_MS } from "@drumline/core/clock";
import { type MetricFamily, type MetricSample, toHistogramSamples } from "@drumline/core/process";

import type { WorkerTotals } from "./task-totals.ts";

/** What one worker knows of its own work: the api tells the same of all workers that live, a heartbeat later. */
export function toWorkerMetrics(running: number, capacity: number, { bounds, tasks }: WorkerTotals): MetricFamily[] {
  const histogram = (name: string, help: string, of: "duration" | "lateness"): MetricFamily => ({
    name: `drumline_worker_${name}`,
    kind: "histogram",
    help,
    samples: tasks.flatMap((totals) => {
      const { counts, sumMs } = totals[of];
      return toHistogramSamples({ task: totals.task }, bounds, counts, sumMs / SECOND_MS);
    }),
  });
  return [
    one("drumline_worker_runs_active", "gauge", "Runs under way in this worker.", running),
    one("drumline_worker_runs_capacity", "gauge", "Runs at once that it takes, over all its queues.", capacity),
    {
      name: "drumline_worker_task_runs_total",
      kind: "counter",
      help: "Runs that ended for good here, by task and status, since the worker started.",
      samples: tasks.flatMap(({ task, ended }) =>
        Object.entries(ended).map(([status, value]): MetricSample => ({ labels: { task, status }, value })),
      ),
    },
    histogram("task_duration_seconds", "How long the last try of runs that ended for good here took.", "duration"),
    histogram("task_lateness_seconds", "From their due instant to their first start.", "lateness"),
  ];
}

const one = (name: string, kind: "gauge" | "counter", help: string, value: number): MetricFamily => ({
  name,
  kind,
  help,
  samples: [{ value }],
});
