import { systemClock } from "@drumline/core/clock";
import { createLog } from "@drumline/core/log";
import { runProcess } from "@drumline/core/process";
import { openStores, startHeartbeat } from "@drumline/engine";
import { catalogue } from "@drumline/tasks";

import { requireAdminToken } from "./auth/require-admin-token.ts";
import { readApiConfig } from "./config.ts";
import { addDocsPage } from "./docs-page.ts";
import { buildServer } from "./server.ts";

const HEARTBEAT_EVERY_MS = 5_000;

await runProcess("api", async () => {
  const config = readApiConfig();
  const log = createLog({ level: config.logLevel, process: "api" });
  const stores = await openStores(config, { log, process: "api" });
  await requireAdminToken(stores.db, log, config);
  const { adminToken, deduplicate } = config;
  const server = await buildServer({
    db: stores.db,
    queues: stores.backend,
    clock: systemClock,
    log,
    tasks: catalogue,
    deduplicate,
    adminToken,
  });
  await addDocsPage(server);
  const address = await server.listen({ host: config.host, port: config.port });
  const heartbeat = await startHeartbeat({
    db: stores.db,
    log,
    kind: "api",
    everyMs: HEARTBEAT_EVERY_MS,
    info: () => ({ address }),
  });
  log.info({ address }, "api started");
  return {
    stop: async () => {
      await server.close();
      await heartbeat.stop();
      await stores.close();
    },
  };
});
