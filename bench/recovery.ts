import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";

import { createLog } from "@drumline/core/log";
import { toWorkerNodeFlags } from "@drumline/core/process";
import type { Database } from "@drumline/db";
import { createTickTimer, openDatabases, startBeat } from "@drumline/engine";

import { type BenchChild, startChild } from "./child.ts";
import { findNoop } from "./noop-task.ts";
import { printFigures } from "./print-figures.ts";
import { countLostRuns, countNeglected, insertLostRuns, insertNeglectedSchedules } from "./recovery.sql.ts";
import { benchDatabaseConfig } from "./database-config.ts";
import { startBenchDatabases } from "./databases.ts";

const LOST_RUNS = 100_000;
const SCHEDULES = 200;
const DAYS_OFF = 30;

/** A Redis that lost 100,000 waiting runs, and a beat that was off for a month: how long until all is as it should be. */
export async function benchRecovery(): Promise<void> {
  await timeBeat(`${SCHEDULES} schedules of every minute, beat off for ${DAYS_OFF} days`, {
    prepare: (db) => insertNeglectedSchedules(db, SCHEDULES, DAYS_OFF),
    countLeft: countNeglected,
    needsWorker: false,
  });
  await timeBeat(`${LOST_RUNS.toLocaleString("en")} waiting runs, queue backend lost`, {
    prepare: (db) => insertLostRuns(db, LOST_RUNS),
    countLeft: countLostRuns,
    needsWorker: true,
  });
}

interface Recovery {
  readonly prepare: (db: Database) => Promise<void>;
  readonly countLeft: (db: Database) => Promise<number>;
  /** Only what a living worker has is put back on the queue. */
  readonly needsWorker: boolean;
}

async function timeBeat(what: string, { prepare, countLeft, needsWorker }: Recovery): Promise<void> {
  const bench = await startBenchDatabases();
  const env = { DATABASE_URL: bench.databaseUrl, ...(bench.redisUrl === null ? {} : { REDIS_URL: bench.redisUrl }) };
  Object.assign(process.env, env);
  const log = createLog({ level: "error", process: "bench" });
  const tickTimer = createTickTimer();
  const databases = await openDatabases(benchDatabaseConfig(), { log, process: "bench", onNextTick: tickTimer.wakeAt });
  let worker: BenchChild | null = null;
  try {
    await prepare(databases.db);
    if (needsWorker)
      worker = await startChild("./children/noop-worker.ts", { args: ["10"], env, flags: toWorkerNodeFlags() });
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const startedAtMs = performance.now();
    const beat = await startBeat({
      ...databases,
      log,
      tickTimer,
      desired: [],
      findTask: findNoop,
      catalogueVersion: 1,
      deduplicate: true,
      reconcileEveryMs: 30_000,
      repairEveryMs: 5_000,
      silentForMs: 15_000,
    });
    while ((await countLeft(databases.db)) > 0) await wait(100);
    const tookMs = performance.now() - startedAtMs;
    delay.disable();
    printFigures(what, {
      "all back after s": (tookMs / 1_000).toFixed(1),
      "event loop p99 ms": Math.round(delay.percentile(99) / 1e6),
      "max ms": Math.round(delay.max / 1e6),
      queue: databases.backend.kind,
    });
    await beat.stop();
  } finally {
    await worker?.stop();
    await databases.close();
    await bench.close();
  }
}
