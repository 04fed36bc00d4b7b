import { setTimeout as wait } from "node:timers/promises";

import type { Log } from "@drumline/core/log";
import type { QueueConsumer } from "@drumline/core/queue";

import type { ActiveRuns } from "./active-runs.ts";

export interface StopOptions {
  readonly consumers: readonly QueueConsumer[];
  readonly active: ActiveRuns;
  readonly graceMs: number;
  readonly log: Log;
}

const AFTER_ABORT_MS = 2_000;

/**
 * Three steps, each bounded: fetch no more and let handlers end; tell those that have not to stop; hand back the runs
 * of those that will not. Nothing is lost at any step: a run that is handed back is SCHEDULED again.
 */
export async function stopWorker({ consumers, active, graceMs, log }: StopOptions): Promise<void> {
  const closed = Promise.all(consumers.map((consumer) => consumer.close()));
  await Promise.race([closed, wait(graceMs, undefined, { ref: false })]);
  for (const { run, stop } of active.list())
    stop("shutdown", `the worker is shutting down; run ${run.id} goes back to the queue`);
  await Promise.race([closed, wait(AFTER_ABORT_MS, undefined, { ref: false })]);
  for (const { run, abandon } of active.list()) {
    log.warn({ runId: run.id, task: run.task }, "handler ignores its abort signal; its run is handed back");
    abandon();
  }
  await Promise.race([closed, wait(AFTER_ABORT_MS, undefined, { ref: false })]);
}
