import { fileURLToPath } from "node:url";

import { createLog } from "@drumline/core/log";
import { runProcess, stopInOrder } from "@drumline/core/process";
import { openDatabases, startWorker } from "@drumline/engine";

import { deadlyTasks } from "./deadly-tasks.ts";

const [databaseUrl = "", redis = ""] = process.argv.slice(2);
const redisUrl = redis === "none" ? null : redis;

await runProcess("deadly worker", async () => {
  const log = createLog({ level: "warn", process: "worker" });
  const databases = await openDatabases(
    {
      environment: "test",
      databaseUrl,
      databasePoolSize: 4,
      redisUrl,
      queuePrefix: "test",
    },
    { log, process: "deadly worker" },
  );
  const worker = await startWorker({
    ...databases,
    log,
    tasks: deadlyTasks,
    queues: ["oms"],
    concurrency: 20,
    // A worker that lives renews it in time on a busy machine, too.
    leaseMs: 6_000,
    graceMs: 500,
    program: fileURLToPath(import.meta.url),
  });
  return { stop: () => stopInOrder(worker.stop, databases.close) };
});
