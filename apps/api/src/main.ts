import { createLog } from "@drumline/core/log";
import { runProcess, stopInOrder } from "@drumline/core/process";
import { openDatabases } from "@drumline/engine";

import { readApiConfig } from "./config.ts";
import { startApi } from "./start-api.ts";

await runProcess("api", async () => {
  const config = readApiConfig();
  const log = createLog({ level: config.logLevel, process: "api" });
  const databases = await openDatabases(config, { log, process: "api" });
  try {
    const api = await startApi(config, databases, log);
    return { stop: () => stopInOrder(api.stop, databases.close) };
  } catch (error) {
    // Their open connections would keep a process alive that has nothing to do.
    await databases.close();
    throw error;
  }
});
