import { systemClock } from "@drumline/core/clock";
import { createLog } from "@drumline/core/log";
import { runProcess } from "@drumline/core/process";
import { openStores, startHeartbeat } from "@drumline/engine";

import { readApiConfig } from "./config.ts";
import { buildServer } from "./server.ts";

const HEARTBEAT_EVERY_MS = 5_000;

await runProcess("api", async () => {
  const config = readApiConfig();
  const log = createLog({ level: config.logLevel, process: "api" });
  const { db, backend, close } = await openStores(config, { log, process: "api" });
  const server = await buildServer({ db, queues: backend, clock: systemClock, log });
  const address = await server.listen({ host: config.host, port: config.port });
  const heartbeat = await startHeartbeat({ db, log, kind: "api", everyMs: HEARTBEAT_EVERY_MS, info: () => ({ address }) });
  log.info({ address }, "api started");
  return {
    stop: async () => {
      await server.close();
      await heartbeat.stop();
      await close();
    },
  };
});
