import { existsSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

import { silentLog } from "@drumline/core/log";
import { toWorkerNodeFlags } from "@drumline/core/process";
import { openDatabases, type Databases } from "@drumline/engine";
import { findBrokenInvariants } from "@drumline/oms";

import { type BenchChild, startChild } from "./child.ts";
import { printFigures } from "./print-figures.ts";
import { benchDatabaseConfig } from "./database-config.ts";
import { startBenchDatabases } from "./databases.ts";
import { timeRun } from "./time-run.ts";

const DATA = process.argv[3] ?? "../shared/data/olist/train";
const PULL = "oms.orders.tasks.get_orders_from_omnitron";
const PLAN = "oms.fulfilment.tasks.fulfil_waiting_orders";
// All of the dataset's two years are in view at once.
const SPEED = "100000";

/** Pulls and plans every order of a folder in the Olist layout through the running system, with one worker and with two. */
export async function benchOrders(): Promise<void> {
  if (!existsSync(DATA)) {
    process.stderr.write(`${DATA} is not there; name a folder in the Olist layout: npm run bench -- orders <folder>\n`);
    process.exitCode = 1;
    return;
  }
  for (const workers of [1, 2]) await benchWith(workers);
}

async function benchWith(workerCount: number): Promise<void> {
  const databases = await startBenchDatabases();
  const sandbox = await startChild("../apps/sandbox/bin/sandbox.js", {
    env: { SANDBOX_PORT: "0", SANDBOX_DATA: DATA, SANDBOX_SPEED: SPEED, SANDBOX_STATE_FILE: "" },
  });
  const url = String(sandbox.message["listening"]);
  const env = {
    DATABASE_URL: databases.databaseUrl,
    ...(databases.redisUrl === null ? {} : { REDIS_URL: databases.redisUrl }),
    QUEUE_PREFIX: "bench",
    OMNITRON_URL: url,
    INVENTORY_URL: url,
  };
  Object.assign(process.env, env);
  const opened = await openDatabases(benchDatabaseConfig(), { log: silentLog, process: "bench" });
  const workers = await Promise.all(
    Array.from({ length: workerCount }, () =>
      startChild("../apps/worker/bin/worker.js", { env, flags: toWorkerNodeFlags() }),
    ),
  );
  try {
    await wait(500);
    const { ms: pullMs } = await timeRun(opened, PULL);
    const { ms: planMs } = await timeRun(opened, PLAN);
    const orders = await opened.db.order.count();
    const planned = await opened.db.orderExecutionPlan.count();
    const broken = await findBrokenInvariants(opened.db);
    printFigures(`${orders.toLocaleString("en")} orders, ${workerCount} worker${workerCount === 1 ? "" : "s"}`, {
      "pulled/s": Math.round((orders / pullMs) * 1_000),
      "planned/s": Math.round((planned / planMs) * 1_000),
      packages: await opened.db.package.count(),
      "broken invariants": broken.length,
      "second pass changed": (await opened.db.package.count()) - (await packagesAfterSecondPass(opened)),
      "worker RSS MB": Math.max(...workers.map((worker) => worker.rssMegabytes())),
    });
  } finally {
    await Promise.all(workers.map((worker: BenchChild) => worker.stop()));
    await opened.close();
    await sandbox.stop();
    await databases.close();
  }
}

async function packagesAfterSecondPass(databases: Databases): Promise<number> {
  await timeRun(databases, PULL);
  await timeRun(databases, PLAN);
  return databases.db.package.count();
}
