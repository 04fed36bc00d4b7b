import { createLog } from "@drumline/core/log";
import { runProcess, stopInOrder } from "@drumline/core/process";
import { openStores, startWorker } from "@drumline/engine";

import { registeredNoop } from "../noop-task.ts";
import { benchStoreConfig } from "../store-config.ts";

const concurrency = Number(process.argv[2] ?? 50);

await runProcess("bench worker", async () => {
  const log = createLog({ level: "warn", process: "worker" });
  const stores = await openStores(benchStoreConfig(), { log, process: "bench worker" });
  const worker = await startWorker({
    ...stores,
    log,
    tasks: registeredNoop,
    queues: ["oms"],
    concurrency,
    leaseMs: 30_000,
    graceMs: 5_000,
  });
  return { stop: () => stopInOrder(worker.stop, stores.close) };
});
