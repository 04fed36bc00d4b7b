import { createLog } from "@drumline/core/log";
import { openMetricsPort, runProcess, stopInOrder } from "@drumline/core/process";
import { openDatabases, startWorker } from "@drumline/engine";
import { createPingSender } from "@drumline/outbound/pings";

import { composeTasks } from "./compose-tasks.ts";
import { readWorkerConfig } from "./config.ts";
import { keepHeapSmall, warnOfOtherHeap } from "./heap.ts";

keepHeapSmall();

await runProcess("worker", async () => {
  const config = readWorkerConfig();
  const log = createLog({ level: config.logLevel, process: "worker" });
  warnOfOtherHeap(config.workerHeapMb, log);
  const databases = await openDatabases(config, { log, process: "worker" });
  const { tasks, closings } = composeTasks(config, databases, log);
  const pings = createPingSender({ log, privateHosts: config.pingPrivateHosts });
  const worker = await startWorker({
    ...databases,
    log,
    tasks,
    queues: config.queues,
    concurrency: config.concurrency,
    leaseMs: config.leaseSeconds * 1_000,
    graceMs: config.shutdownGraceSeconds * 1_000,
    program: process.argv[1]!,
    pings,
  });
  log.info({ queues: config.queues, concurrency: config.concurrency, queue: databases.backend.kind }, "worker started");
  const { metricsHost: host } = config;
  const { metrics: read = () => [] } = worker;
  const port = worker.metrics === undefined ? null : config.metricsPort;
  const metrics = await openMetricsPort({ port, host, prefix: "drumline_worker", log, read });
  return { stop: () => stopInOrder(metrics.stop, worker.stop, pings.close, ...closings, databases.close) };
});
