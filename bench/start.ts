import { spawnSync } from "node:child_process";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { setTimeout as wait } from "node:timers/promises";

import { silentLog } from "@drumline/core/log";
import { toWorkerNodeFlags } from "@drumline/core/process";
import { openDatabases, startRuns, type Databases } from "@drumline/engine";
import { requireTask, scheduleEntries } from "@drumline/tasks";

import { type BenchChild, startChild } from "./child.ts";
import { median } from "./median.ts";
import { printFigures } from "./print-figures.ts";
import { benchDatabaseConfig } from "./database-config.ts";
import { startBenchDatabases } from "./databases.ts";

const DRUMLINE = fileURLToPath(new URL("../apps/cli/bin/drumline.js", import.meta.url));
/** What people, shells and scripts ask for without a database, and one look into the ledger for comparison. */
const COMMANDS = ["--help", "next 60*5", "runs --help", "schedules", "completion bash", "nonsense", "runs"];
const TIMES = 7;
const IDLE_MS = 60_000;
/** On an empty database it has nothing to do. */
const TASK = "drumline.maintenance.tasks.delete_old_records";

/** How soon commands answer and a worker works, and what processes hold that have nothing to do. */
export async function benchStart(): Promise<void> {
  printFigures("machine", {
    cores: cpus().length,
    cpu: cpus()[0]!.model,
    node: process.version,
    "load of the last minute": loadavg()[0]!.toFixed(1),
  });
  const databases = await startBenchDatabases();
  const env = {
    DATABASE_URL: databases.databaseUrl,
    REDIS_URL: databases.redisUrl ?? "",
    QUEUE_PREFIX: "bench",
    API_PORT: "0",
    ...Object.fromEntries(scheduleEntries().map(({ entry: { envKey } }) => [envKey, "false"])),
  };
  Object.assign(process.env, env);
  try {
    for (const command of COMMANDS) timeCommand(command);
    const opened = await openDatabases(benchDatabaseConfig(), { log: silentLog, process: "bench" });
    try {
      await timeWorker(env, opened);
      await lookAtIdle(env);
    } finally {
      await opened.close();
    }
  } finally {
    await databases.close();
  }
}

function timeCommand(command: string): void {
  const times = Array.from({ length: TIMES }, () => {
    const startedAt = performance.now();
    spawnSync(process.execPath, [DRUMLINE, ...command.split(" ")], { stdio: "ignore" });
    return performance.now() - startedAt;
  });
  printFigures(`drumline ${command}`, {
    "median ms": Math.round(median(times)),
    fastest: Math.round(Math.min(...times)),
  });
}

async function timeWorker(env: Record<string, string>, databases: Databases): Promise<void> {
  const ready: number[] = [];
  const first: number[] = [];
  for (let round = 0; round < TIMES; round += 1) {
    const [run] = await startRuns({ ...databases, deduplicate: false }, [{ definition: requireTask(TASK), args: {} }]);
    const startedAtMs = Date.now();
    const worker = await startWorker(env);
    ready.push(Date.now() - startedAtMs);
    first.push((await endOf(databases, run!.runId)).getTime() - startedAtMs);
    await worker.stop();
  }
  printFigures("worker, from its start", {
    "ready, median ms": Math.round(median(ready)),
    "first run ended": Math.round(median(first)),
    fastest: Math.round(Math.min(...first)),
  });
}

const startWorker = (env: Record<string, string>): Promise<BenchChild> =>
  startChild("../apps/worker/bin/worker.js", { env, flags: toWorkerNodeFlags() });

async function endOf({ db }: Databases, id: string): Promise<Date> {
  for (;;) {
    const { finishedAt } = await db.run.findUniqueOrThrow({ where: { id } });
    if (finishedAt !== null) return finishedAt;
    await wait(20);
  }
}

async function lookAtIdle(env: Record<string, string>): Promise<void> {
  const children = {
    beat: await startChild("../apps/beat/bin/beat.js", { env }),
    worker: await startWorker(env),
    api: await startChild("../apps/api/bin/api.js", { env }),
  };
  await wait(IDLE_MS);
  const before = Object.entries(children).map(([name, child]) => ({ name, child, cpu: child.cpuSeconds() }));
  await wait(IDLE_MS);
  for (const { name, child, cpu } of before) {
    const cpuShare = ((child.cpuSeconds() - cpu) / (IDLE_MS / 1_000)) * 100;
    // Its peak from here on is what it holds now.
    child.forgetPeak();
    printFigures(`${name}, idle for ${(2 * IDLE_MS) / 1_000} s`, {
      "RSS MB": child.rssMegabytes(),
      "% of a core": cpuShare.toFixed(2),
    });
  }
  await Promise.all(Object.values(children).map((child) => child.stop()));
}
