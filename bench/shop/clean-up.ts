import { silentLog } from "@drumline/core/log";
import { toWorkerNodeFlags } from "@drumline/core/process";
import { openStores } from "@drumline/engine";

import { startChild } from "../child.ts";
import { printFigures } from "../print-figures.ts";
import { benchStoreConfig } from "../store-config.ts";
import { startBenchStores } from "../stores.ts";
import { timeRun } from "../time-run.ts";
import { seedIdleCheckouts } from "./clean-up.sql.ts";

const CHECKOUTS = Number(process.env["BENCH_CHECKOUTS"] ?? 1_000_000);

/** A million idle checkouts through the running system: leads, reminders and anonymous carts, in one worker. */
export async function benchCleanUp(): Promise<void> {
  const stores = await startBenchStores();
  const env = {
    DATABASE_URL: stores.databaseUrl,
    ...(stores.redisUrl === null ? {} : { REDIS_URL: stores.redisUrl }),
    QUEUE_PREFIX: "bench",
  };
  Object.assign(process.env, env);
  const opened = await openStores(benchStoreConfig(), { log: silentLog, process: "bench" });
  await seedIdleCheckouts(opened.db, CHECKOUTS);
  const worker = await startChild("../apps/worker/src/main.ts", { env, flags: toWorkerNodeFlags() });
  try {
    const { ms, result } = await timeRun(opened, "shop.maintenance.tasks.clean_up_database");
    const looked = ["leads", "anonymised", "sparedByPayment"].reduce((sum, name) => sum + Number(result[name]), 0);
    if (looked !== CHECKOUTS) throw new Error(`${CHECKOUTS} checkouts were left, but ${JSON.stringify(result)}`);
    printFigures(`clean-up of ${CHECKOUTS.toLocaleString("en")} idle checkouts`, {
      "checkouts/s": Math.round((CHECKOUTS / ms) * 1_000),
      seconds: (ms / 1_000).toFixed(1),
      leads: Number(result["leads"]),
      anonymised: Number(result["anonymised"]),
      spared: Number(result["sparedByPayment"]),
      "worker RSS MB": worker.rssMegabytes(),
    });
  } finally {
    await worker.stop();
    await opened.close();
    await stores.close();
  }
}
