import { fileURLToPath } from "node:url";
import { getHeapStatistics, setFlagsFromString } from "node:v8";

import { createMappingRunner } from "@drumline/connectors/mapping";
import { createLog } from "@drumline/core/log";
import { runProcess, stopInOrder } from "@drumline/core/process";
import { createEcomnowGateways, ecomnowHandlers, toEcomnowRetention } from "@drumline/ecomnow";
import { createDispatcher, wakeAfterRuns } from "@drumline/events/dispatcher";
import { maintenanceHandlers, openStores, registerTasks, startWorker, toEngineRetention } from "@drumline/engine";
import { createOmsGateways, omsHandlers, toOmsRetention } from "@drumline/oms";
import { toMailRetention } from "@drumline/outbound/mail";
import { createPingSender } from "@drumline/outbound/pings";
import { drumlineTasks, ecomnowTasks, omsTasks } from "@drumline/tasks";

import { readWorkerConfig } from "./config.ts";

// Batch after batch of short-lived rows: V8 would let the heap grow to several times what is in use before it looks.
setFlagsFromString("--heap-growing-percent=10");

await runProcess("worker", async () => {
  const config = readWorkerConfig();
  const log = createLog({ level: config.logLevel, process: "worker" });
  const heapMb = Math.round(getHeapStatistics().heap_size_limit / 2 ** 20);
  if (isOff(heapMb, config.workerHeapMb))
    log.warn(
      { heapMb, wantedMb: config.workerHeapMb },
      "this worker's heap is not the one of WORKER_HEAP_MB: start it by npm run worker, or with --max-old-space-size",
    );
  const stores = await openStores(config, { log, process: "worker" });
  const gateways = createOmsGateways(config);
  const mappings = createMappingRunner({ children: config.mappingChildren });
  const pings = createPingSender({ log, privateHosts: config.pingPrivateHosts });
  const dispatcher = createDispatcher({ db: stores.db, gateways, log });
  const retention = [toEngineRetention, toMailRetention, toOmsRetention, toEcomnowRetention].flatMap((toRules) =>
    toRules(config),
  );
  const worker = await startWorker({
    ...stores,
    log,
    tasks: [
      ...registerTasks(omsTasks, wakeAfterRuns(omsHandlers, dispatcher), gateways),
      ...registerTasks(
        ecomnowTasks,
        wakeAfterRuns(ecomnowHandlers, dispatcher),
        createEcomnowGateways(config, config.secretReferences, mappings),
      ),
      ...registerTasks(drumlineTasks, maintenanceHandlers, { retention }),
    ],
    queues: config.queues,
    concurrency: config.concurrency,
    leaseMs: config.leaseSeconds * 1_000,
    graceMs: config.shutdownGraceSeconds * 1_000,
    program: fileURLToPath(import.meta.url),
    pings,
  });
  log.info({ queues: config.queues, concurrency: config.concurrency, queue: stores.backend.kind }, "worker started");
  return {
    stop: () =>
      stopInOrder(
        worker.stop,
        pings.close,
        dispatcher.close,
        async () => gateways.webhooks.close(),
        async () => mappings.close(),
        stores.close,
      ),
  };
});

/** V8 adds its young generation, and rounds. */
function isOff(heapMb: number, wantedMb: number): boolean {
  return heapMb < wantedMb || heapMb > wantedMb * 1.2 + 64;
}
