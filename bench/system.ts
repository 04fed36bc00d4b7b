import { silentLog } from "@drumline/core/log";
import { toWorkerNodeFlags } from "@drumline/core/process";
import { openDatabases, type Databases } from "@drumline/engine";

import { type BenchChild, startChild } from "./child.ts";
import { benchDatabaseConfig } from "./database-config.ts";
import { startBenchDatabases } from "./databases.ts";

/** The running system as a bench measures it: databases of its own, and one worker. `close` ends all of it, the worker first. */
export interface BenchSystem extends Databases {
  /** With the flags that a real one has. Once. */
  startWorker(): Promise<BenchChild>;
}

/** `env` is the worker's, besides where the databases are. */
export async function startBenchSystem(env: Readonly<Record<string, string>> = {}): Promise<BenchSystem> {
  const databases = await startBenchDatabases();
  const ofWorker = {
    DATABASE_URL: databases.databaseUrl,
    ...(databases.redisUrl === null ? {} : { REDIS_URL: databases.redisUrl }),
    QUEUE_PREFIX: "bench",
    ...env,
  };
  // The databases are found where the worker finds them.
  Object.assign(process.env, ofWorker);
  const opened = await openDatabases(benchDatabaseConfig(), { log: silentLog, process: "bench" });
  let worker: BenchChild | null = null;
  return {
    ...opened,
    startWorker: async () =>
      (worker = await startChild("../apps/worker/bin/worker.js", { env: ofWorker, flags: toWorkerNodeFlags() })),
    close: async () => {
      await worker?.stop();
      await opened.close();
      await databases.close();
    },
  };
}
