import { silentLog } from "@drumline/core/log";
import { toWorkerNodeFlags } from "@drumline/core/process";
import { openStores, type Stores } from "@drumline/engine";

import { type BenchChild, startChild } from "./child.ts";
import { benchStoreConfig } from "./store-config.ts";
import { startBenchStores } from "./stores.ts";

/** The running system as a bench measures it: stores of its own, and one worker. `close` ends all of it, the worker first. */
export interface BenchSystem extends Stores {
  /** With the flags that a real one has. Once. */
  startWorker(): Promise<BenchChild>;
}

/** `env` is the worker's, besides where the stores are. */
export async function startBenchSystem(env: Readonly<Record<string, string>> = {}): Promise<BenchSystem> {
  const stores = await startBenchStores();
  const ofWorker = {
    DATABASE_URL: stores.databaseUrl,
    ...(stores.redisUrl === null ? {} : { REDIS_URL: stores.redisUrl }),
    QUEUE_PREFIX: "bench",
    ...env,
  };
  // The stores are found where the worker finds them.
  Object.assign(process.env, ofWorker);
  const opened = await openStores(benchStoreConfig(), { log: silentLog, process: "bench" });
  let worker: BenchChild | null = null;
  return {
    ...opened,
    startWorker: async () =>
      (worker = await startChild("../apps/worker/bin/worker.js", { env: ofWorker, flags: toWorkerNodeFlags() })),
    close: async () => {
      await worker?.stop();
      await opened.close();
      await stores.close();
    },
  };
}
