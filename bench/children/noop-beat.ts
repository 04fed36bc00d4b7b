import { createLog } from "@drumline/core/log";
import { runProcess, stopInOrder } from "@drumline/core/process";
import { createTickTimer, openDatabases, startBeat } from "@drumline/engine";

import { findNoop } from "../noop-task.ts";
import { benchDatabaseConfig } from "../database-config.ts";

await runProcess("bench beat", async () => {
  const log = createLog({ level: "warn", process: "beat" });
  const tickTimer = createTickTimer();
  const databases = await openDatabases(benchDatabaseConfig(), {
    log,
    process: "bench beat",
    onNextTick: tickTimer.wakeAt,
  });
  const beat = await startBeat({
    ...databases,
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
  return { stop: () => stopInOrder(beat.stop, databases.close) };
});
