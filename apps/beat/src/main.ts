import { createLog } from "@drumline/core/log";
import { openMetricsPort, runProcess, stopInOrder } from "@drumline/core/process";
import { createTickTimer, openDatabases, startBeat, toDuplicateGuard } from "@drumline/engine";
import { CATALOGUE_VERSION, findTask } from "@drumline/tasks";

import { readBeatConfig } from "./config.ts";

await runProcess("beat", async () => {
  const config = readBeatConfig();
  const log = createLog({ level: config.logLevel, process: "beat" });
  for (const warning of config.warnings) log.warn({ warning }, "schedule warning");
  const tickTimer = createTickTimer();
  const databases = await openDatabases(config, { log, process: "beat", onNextTick: tickTimer.wakeAt });
  const beat = await startBeat({
    ...databases,
    log,
    tickTimer,
    findTask,
    catalogueVersion: CATALOGUE_VERSION,
    desired: config.desired,
    deduplicate: toDuplicateGuard(config),
    reconcileEveryMs: config.reconcileSeconds * 1_000,
    repairEveryMs: config.repairSeconds * 1_000,
    silentForMs: config.lostRunSeconds * 1_000,
  });
  const { added, changed, removed, unchanged } = beat.changes;
  log.info(
    {
      added: added.length,
      changed: changed.length,
      removed: removed.length,
      unchanged: unchanged.length,
      queue: databases.backend.kind,
    },
    "beat started",
  );
  const { metricsPort: port, metricsHost: host } = config;
  const metrics = await openMetricsPort({ port, host, prefix: "drumline_beat", log, read: beat.metrics });
  return { stop: () => stopInOrder(metrics.stop, beat.stop, databases.close) };
});
