import { setTimeout as wait } from "node:timers/promises";

import { silentLog } from "@drumline/core/log";
import { Prisma } from "@drumline/db";
import { openDatabases, startRuns } from "@drumline/engine";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { toWorkerNodeFlags } from "@drumline/core/process";

import { startChild } from "./child.ts";
import { noopTask } from "./noop-task.ts";
import { printFigures } from "./print-figures.ts";
import { benchDatabaseConfig } from "./database-config.ts";
import { startBenchDatabases } from "./databases.ts";

const RUNS = 20_000;
const BATCH = 1_000;
const CONCURRENCY = "100";

/** 20,000 no-op runs through ledger and queue, beside as many no-op jobs of bare BullMQ on the same Redis. */
export async function benchNoop(): Promise<void> {
  const databases = await startBenchDatabases();
  const env = {
    DATABASE_URL: databases.databaseUrl,
    ...(databases.redisUrl === null ? {} : { REDIS_URL: databases.redisUrl }),
  };
  Object.assign(process.env, env);
  try {
    if (databases.redisUrl !== null) await benchBare(databases.redisUrl, env);
    await benchLedger(env);
  } finally {
    await databases.close();
  }
}

async function benchBare(redisUrl: string, env: Record<string, string>): Promise<void> {
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const queue = new Queue("bare", { connection, prefix: "bench" });
  const addedMs = await timed(async () => {
    for (let from = 0; from < RUNS; from += BATCH) {
      await queue.addBulk(
        Array.from({ length: BATCH }, (_, index) => ({
          name: "noop",
          data: { n: from + index },
          opts: { removeOnComplete: 1_000 },
        })),
      );
    }
  });
  const drainedMs = await timed(async () => {
    const worker = await startChild("./children/bare-worker.ts", { args: [CONCURRENCY], env });
    while ((await queue.getJobCountByTypes("wait", "active")) > 0) await wait(10);
    await worker.stop();
  });
  printFigures("bare BullMQ", {
    "added/s": perSecond(addedMs),
    "drained/s (with process start)": perSecond(drainedMs),
  });
  await queue.close();
  connection.disconnect();
}

async function benchLedger(env: Record<string, string>): Promise<void> {
  const { db, backend, close } = await openDatabases(benchDatabaseConfig(), { log: silentLog, process: "bench" });
  const startedMs = await timed(async () => {
    for (let from = 0; from < RUNS; from += BATCH) {
      await startRuns(
        { db, backend, deduplicate: true },
        Array.from({ length: BATCH }, (_, index) => ({ definition: noopTask, args: { n: from + index } })),
      );
    }
  });
  const worker = await startChild("./children/noop-worker.ts", {
    args: [CONCURRENCY],
    env,
    flags: toWorkerNodeFlags(),
  });
  const count = async () => {
    const [row] = await db.$queryRaw<{ finished: number; ms: number }[]>(Prisma.sql`
      SELECT count(*)::int AS finished, extract(epoch FROM max(finished_at) - min(started_at))::float8 * 1000 AS ms FROM run WHERE status = 'FINISHED'`);
    return row!;
  };
  // Counting is work for the same two cores: the figure is taken from the rows, not from when this loop notices.
  while ((await count()).finished < RUNS) await wait(500);
  const { ms } = await count();
  printFigures(`ledger and queue (${backend.kind})`, {
    "started/s": perSecond(startedMs),
    "run to the end/s": perSecond(ms),
    "worker CPU ms/run": ((worker.cpuSeconds() * 1_000) / RUNS).toFixed(3),
    "worker RSS MB": worker.rssMegabytes(),
  });
  await worker.stop();
  await close();
}

async function timed(act: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await act();
  return performance.now() - startedAt;
}

const perSecond = (ms: number): number => Math.round((RUNS / ms) * 1_000);
