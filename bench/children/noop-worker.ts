import { createLog } from "@drumline/core/log";
import { runProcess, stopInOrder } from "@drumline/core/process";
import { openDatabases, startWorker } from "@drumline/engine";

import { registeredNoop } from "../noop-task.ts";
import { benchDatabaseConfig } from "../database-config.ts";

const concurrency = Number(process.argv[2] ?? 50);

await runProcess("bench worker", async () => {
  const log = createLog({ level: "warn", process: "worker" });
  const databases = await openDatabases(benchDatabaseConfig(), { log, process: "bench worker" });
  const worker = await startWorker({
    ...databases,
    log,
    tasks: registeredNoop,
    queues: ["oms"],
    concurrency,
    leaseMs: 30_000,
    graceMs: 5_000,
  });
  return { stop: () => stopInOrder(worker.stop, databases.close) };
});
