import { createLog } from "@drumline/core/log";
import { runProcess, stopInOrder } from "@drumline/core/process";
import { createTickTimer, openStores, startBeat } from "@drumline/engine";

import { findNoop } from "../noop-task.ts";
import { benchStoreConfig } from "../store-config.ts";

await runProcess("bench beat", async () => {
  const log = createLog({ level: "warn", process: "beat" });
  const tickTimer = createTickTimer();
  const stores = await openStores(benchStoreConfig(), { log, process: "bench beat", onNextTick: tickTimer.wakeAt });
  const beat = await startBeat({
    ...stores,
    log,
    tickTimer,
    desired: [],
    findTask: findNoop,
    catalogueVersion: 1,
    deduplicate: true,
    reconcileEveryMs: 30_000,
    repairEveryMs: 5_000,
    silentForMs: 15_000,
  });
  return { stop: () => stopInOrder(beat.stop, stores.close) };
});
