import { SECOND_MS } from "@drumline/core/clock";

import type { ClaimedRun } from "./claim-runs.sql.ts";
import type { Ending } from "./plan-ending.ts";

/** How many values were at most as long as each bound, not counting those of the bound before; the last is for longer ones. */
type Histogram = {
  readonly counts: readonly number[];
  readonly sumMs: number;
};

/** What one worker has counted of one task since it started. */
type TaskTotals = {
  readonly task: string;
  /** By status, runs that ended for good here. */
  readonly ended: Readonly<Record<string, number>>;
  /** Of the last try of each of them. */
  readonly duration: Histogram;
  /** From the due instant of each of them to its first start; of runs that were due. */
  readonly lateness: Histogram;
};

/** What a worker has counted of each task since it started; stands in its heartbeat. */
export type WorkerTotals = {
  /** Upper bounds of the histograms, in seconds. */
  readonly bounds: readonly number[];
  readonly tasks: readonly TaskTotals[];
};

export interface TaskTotalsCounter {
  add(run: ClaimedRun, kind: Ending["kind"], durationMs: number): void;
  /** For the heartbeat: some 30 numbers for each task that ran here, however many runs there were. */
  read(): WorkerTotals;
}

const BOUNDS_SECONDS = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600, 14_400] as const;
const FOR_GOOD = new Set<Ending["kind"]>(["FINISHED", "FAILED", "CANCELLED", "TIMED_OUT"]);

/** Counters in memory instead of a question to the ledger: a scrape costs the same, however many runs it holds. */
export function createTaskTotals(): TaskTotalsCounter {
  const byTask = new Map<string, ReturnType<typeof createCounters>>();
  return {
    add: ({ task, dueAt, startedAt }, kind, durationMs) => {
      if (!FOR_GOOD.has(kind)) return;
      const counters = byTask.get(task) ?? createCounters();
      byTask.set(task, counters);
      counters.ended[kind] = (counters.ended[kind] ?? 0) + 1;
      record(counters.duration, durationMs);
      if (dueAt !== null) record(counters.lateness, Math.max(0, startedAt.getTime() - dueAt.getTime()));
    },
    read: () => ({
      bounds: BOUNDS_SECONDS,
      tasks: [...byTask].map(([task, counters]) => structuredClone({ task, ...counters })),
    }),
  };
}

const createHistogram = () => ({ counts: Array.from({ length: BOUNDS_SECONDS.length + 1 }, () => 0), sumMs: 0 });

const createCounters = () => ({
  ended: {} as Record<string, number>,
  duration: createHistogram(),
  lateness: createHistogram(),
});

function record(histogram: ReturnType<typeof createHistogram>, valueMs: number): void {
  const index = BOUNDS_SECONDS.findIndex((bound) => valueMs <= bound * SECOND_MS);
  histogram.counts[index === -1 ? BOUNDS_SECONDS.length : index]! += 1;
  histogram.sumMs += Math.round(valueMs);
}
