import { setTimeout as wait } from "node:timers/promises";

import { messageOf } from "@drumline/core/errors";
import type { Log } from "@drumline/core/log";
import type { QueueConsumer } from "@drumline/core/queue";

import type { ActiveRuns } from "./active-runs.ts";
import type { RunRecorder } from "./record-endings.ts";

export interface StopOptions {
  readonly consumers: readonly QueueConsumer[];
  readonly active: ActiveRuns;
  readonly recorder: RunRecorder;
  readonly graceMs: number;
  readonly log: Log;
}

const AFTER_ABORT_MS = 2_000;

/**
 * Three steps, each bounded: fetch no more and let handlers end; tell those that have not to stop; hand back the runs
 * of those that will not. Nothing is lost at any step: a run that is handed back is SCHEDULED again.
 */
export async function stopWorker({ consumers, active, recorder, graceMs, log }: StopOptions): Promise<void> {
  await Promise.all(consumers.map((consumer) => consumer.pause(true)));
  await Promise.race([active.empty(), wait(graceMs, undefined, { ref: false })]);
  for (const run of active.list())
    run.stop("shutdown", `the worker is shutting down; run ${run.run.id} goes back to the queue`);
  await Promise.race([active.empty(), wait(AFTER_ABORT_MS, undefined, { ref: false })]);
  const deaf = active.list();
  for (const run of deaf)
    log.warn({ runId: run.run.id, task: run.run.task }, "handler ignores its abort signal; its run is handed back");
  await Promise.all(
    deaf.map((run) =>
      recorder
        .record(run, { kind: "HAND_BACK" })
        .catch((error: unknown) =>
          log.error({ error: messageOf(error) }, "run not handed back; the repair sweep will"),
        ),
    ),
  );
  await Promise.race([
    Promise.all(consumers.map((consumer) => consumer.close(deaf.length > 0))),
    wait(AFTER_ABORT_MS, undefined, { ref: false }),
  ]);
}
