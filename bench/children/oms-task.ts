import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";

import { readSettings } from "@drumline/core/config";
import { systemClock } from "@drumline/core/clock";
import { createLog } from "@drumline/core/log";
import { runProcess } from "@drumline/core/process";
import type { TaskContext } from "@drumline/core/task";
import { type Database, openDatabase } from "@drumline/db";
import { createOmsGateways, omsHandlers, omsSettings } from "@drumline/oms";
import { omsTasks, parseTaskArgs, requireTask } from "@drumline/tasks";

/** One run of an OMS task, with nothing of the engine around it; tells its parent what came of it and how long it took. */
await runProcess("bench oms task", async () => {
  const name = process.argv[2] as keyof typeof omsHandlers;
  const handler = omsHandlers[name] as (context: TaskContext<never, object, Database>) => Promise<object>;
  const db = openDatabase(process.env["DATABASE_URL"]!, { maxConnections: 10 });
  const gateways = createOmsGateways(readSettings(omsSettings, process.env));
  const problems: object[] = [];
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  await db.$queryRaw`SELECT 1`;
  const startedAt = performance.now();
  const result = await handler({
    args: parseTaskArgs(requireTask(name), omsTasks[name].entry?.kwargs ?? {}) as never,
    db,
    gateways,
    clock: systemClock,
    log: createLog({ level: "warn", process: "bench" }),
    signal,
    run: { id: randomUUID(), task: name, attempt: 1, dueAt: null, chunk: null },
    dryRun: false,
    limit: null,
    progress: () => {},
    reportProblem: (problem) => void problems.push(problem),
    askForHelpers: async () => 0,
  });
  process.send!({ ms: performance.now() - startedAt, result, problems: problems.slice(0, 3) });
  return {
    stop: async () => {
      gateways.webhooks.close();
      await db.$disconnect();
    },
  };
});
