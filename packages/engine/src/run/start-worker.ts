import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";

import { systemClock } from "@drumline/core/clock";
import type { Log } from "@drumline/core/log";
import type { MetricFamily } from "@drumline/core/process";
import type { QueueBackend, QueueConsumer } from "@drumline/core/queue";
import { createGroupCommit, type Database } from "@drumline/db";

import { dispatchRuns, type RunJobData } from "../dispatch/dispatch-runs.ts";
import { createHandBack } from "../dispatch/hand-back.ts";
import { startHeartbeat, toProcessId } from "../heartbeat/heartbeat.ts";
import { pingLateSchedules } from "../pings/ping-late-schedules.ts";
import type { Pings } from "../pings/pings.ts";
import { repeatEvery } from "../repeat-every.ts";
import { type ActiveRun, type ActiveRuns, createActiveRuns } from "./active-runs.ts";
import { askForHelpers } from "./ask-for-helpers.ts";
import { claimRuns } from "./claim-runs.sql.ts";
import { executeRun } from "./execute-run.ts";
import { startLeaseRenewal } from "./lease-renewal.ts";
import { createLoneRunner } from "./lone-process.ts";
import { pingDeadRuns, pingEnd, pingStart } from "./ping-runs.ts";
import type { Ending } from "./plan-ending.ts";
import { reapAndDispatch } from "./reap-dead-runs.sql.ts";
import { createRunRecorder } from "./record-endings.ts";
import { createRegistry, type RegisteredTask } from "./registry.ts";
import { createRunJournal } from "./run-journal.ts";
import { isLoneProcess, serveLoneRun } from "./serve-lone-run.ts";
import { createTaskTotals } from "./task-totals.ts";
import { toWorkerMetrics } from "./worker-metrics.ts";

/** What a worker works on, how much at once, and how it tells that it lives. */
export interface WorkerOptions {
  readonly db: Database;
  readonly backend: QueueBackend;
  readonly log: Log;
  readonly tasks: readonly RegisteredTask[];
  readonly queues: readonly string[];
  /** Runs at once per queue. */
  readonly concurrency: number;
  /** How long a run stays ours without a sign of life: after that, others may take it over. */
  readonly leaseMs: number;
  /** How long a stop waits for handlers before it tells them to stop. */
  readonly graceMs: number;
  /**
   * This process's own main file: runs whose worker died twice are run in a process of their own, started from it. Without
   * it they run among the others.
   */
  readonly program?: string;
  /** Where the ping URLs of schedules are told what becomes of them; without it nobody is. */
  readonly pings?: Pings;
}

/** A worker that takes runs until it is stopped. */
export interface RunningWorker {
  /** What it does and has done since it started, for Prometheus; a process of one run has none. */
  metrics?(): readonly MetricFamily[];
  /** Lets the running handlers end within the grace, then hands their runs back to the queue. */
  stop(): Promise<void>;
}

const MOST_PER_STATEMENT = 200;
const LOOK_FOR_LATE_EVERY_MS = 10_000;
const LOOK_FOR_DEAD_EVERY_MS = 5_000;

/** Consumes task queues: claim in the ledger, run the handler, record how it ended. The queue only says which run. */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { db, backend, log, queues, concurrency, leaseMs, pings } = options;
  const registry = createRegistry(options.tasks);
  const active = createActiveRuns();
  const totals = createTaskTotals();
  const worker = toProcessId("worker");
  const claims = createGroupCommit(
    (items: readonly { runId: string; leaseToken: string }[]) => claimRuns(db, items, { worker, leaseMs }),
    {
      maxItems: MOST_PER_STATEMENT,
    },
  );
  const reaps = createGroupCommit(
    async (runIds: readonly string[]) => {
      await reapAndDispatch({ db, backend }, MOST_PER_STATEMENT);
      return runIds;
    },
    { maxItems: MOST_PER_STATEMENT },
  );
  const recorder = createRunRecorder({
    db,
    log,
    giveUpAfterMs: leaseMs,
    dispatch: (runs) => dispatchRuns(backend, runs),
  });
  const executing = {
    db,
    registry,
    random: Math.random,
    askForHelpers: (run: ActiveRun, count: number) => askForHelpers({ db, backend }, run, count),
  };

  if (options.program !== undefined && isLoneProcess()) return serveLoneRun(executing);

  const handBack = createHandBack({ db, backend, log });
  const runAlone =
    options.program === undefined ? null : createLoneRunner({ program: options.program, random: Math.random });
  const execute = (begun: ActiveRun): Promise<Ending> =>
    begun.run.runsAlone && runAlone !== null ? runAlone(begun) : executeRun(begun, executing);
  const workOn = async (runId: string) => {
    const claimed = await claims.add({ runId, leaseToken: randomUUID() });
    if (claimed === null) {
      // Perhaps its worker died and its job came here: then it is reaped, whether or not a beat lives.
      await reaps.add(runId);
      return "nothing to do";
    }
    const begun = active.begin(claimed, createRunJournal(runId, log, systemClock, claimed.logLines));
    try {
      pingStart(pings, claimed);
      const startedMs = performance.now();
      const ending = await Promise.race([execute(begun), begun.abandoned]);
      const durationMs = performance.now() - startedMs;
      const written = await recorder.record(begun, ending);
      if (written !== null) {
        totals.add(claimed, written.kind, durationMs);
        pingEnd(pings, claimed, written.kind);
      }
      const { kind, ...how } = ending;
      log.info({ runId, task: claimed.task, attempt: claimed.attempt, ending: kind, ...how }, "run ended");
      return ending.kind;
    } finally {
      active.end(begun);
    }
  };

  const leases = startLeaseRenewal({ db, log, active, leaseMs });
  const heartbeat = await startHeartbeat({
    db,
    log,
    kind: "worker",
    everyMs: 5_000,
    // Runs of other tasks wait for another worker.
    info: () => ({
      queues,
      concurrency,
      running: active.list().length,
      tasks: [...registry.keys()],
      totals: totals.read(),
    }),
  });
  const consumers = queues.map((queue) =>
    backend.worker(
      queue,
      ({ name: task, data }) => {
        const { runId } = data as RunJobData;
        return registry.has(task) ? workOn(runId) : handBack.add({ id: runId, task, queue });
      },
      { concurrency, lockMs: Math.max(leaseMs, 5_000) },
    ),
  );
  await Promise.all(consumers.map((consumer) => consumer.waitUntilReady()));
  const lookingForLate =
    pings === undefined
      ? null
      : repeatEvery(LOOK_FOR_LATE_EVERY_MS, "pinging for late schedules", log, () =>
          pingLateSchedules({ db, clock: systemClock, pings }),
        );
  const lookingForDead =
    pings === undefined
      ? null
      : repeatEvery(LOOK_FOR_DEAD_EVERY_MS, "pinging for runs that ended with their workers", log, () =>
          pingDeadRuns({ db, pings }),
        );

  return {
    metrics: () => toWorkerMetrics(active.list().length, queues.length * concurrency, totals.read()),
    stop: async () => {
      await stopWorker({ consumers, active, graceMs: options.graceMs, log });
      await lookingForLate?.stop();
      await lookingForDead?.stop();
      await leases.stop();
      await heartbeat.stop();
    },
  };
}

interface StopOptions {
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
async function stopWorker({ consumers, active, graceMs, log }: StopOptions): Promise<void> {
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
