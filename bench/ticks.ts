import { setTimeout as wait } from "node:timers/promises";

import { type Database, openDatabase } from "@drumline/db";
import { toWorkerNodeFlags } from "@drumline/core/process";

import { startChild } from "./child.ts";
import { printFigures } from "./print-figures.ts";
import { startBenchDatabases } from "./databases.ts";
import { insertSpreadSchedules, loadLateness } from "./ticks.sql.ts";

const SCHEDULES = 1_000;
const EVERY_MS = 5_000;
const LASTS_MS = Number(process.env["BENCH_TICKS_MS"] ?? 60_000);

/** 1,000 schedules of 5 s: their phases spread over the interval, and then all due at the same instants. */
export async function benchTicks(): Promise<void> {
  for (const phases of ["spread", "one instant"] as const) await benchPhases(phases);
}

async function benchPhases(phases: "spread" | "one instant"): Promise<void> {
  const databases = await startBenchDatabases();
  const env = {
    DATABASE_URL: databases.databaseUrl,
    ...(databases.redisUrl === null ? {} : { REDIS_URL: databases.redisUrl }),
  };
  const db = openDatabase(databases.databaseUrl, { maxConnections: 2 });
  try {
    await insertSpreadSchedules(db, { schedules: SCHEDULES, everyMs: EVERY_MS, spread: phases === "spread" });
    const worker = await startChild("./children/noop-worker.ts", { args: ["100"], env, flags: toWorkerNodeFlags() });
    const beat = await startChild("./children/noop-beat.ts", { env });
    // The first interval carries the registration of 1,000 schedules; measuring starts after it.
    await wait(EVERY_MS * 1.5);
    const from = new Date();
    const cpuBefore = beat.cpuSeconds();
    await wait(LASTS_MS);
    const beatShare = ((beat.cpuSeconds() - cpuBefore) / LASTS_MS) * 1_000;
    const until = new Date(Date.now() - 1_000);
    await beat.stop();
    await worker.stop();
    printFigures(`1,000 schedules of 5 s, ${phases}`, {
      ...(await toFigures(db, from, until)),
      "beat share of a core": `${Math.round(beatShare * 100)} %`,
    });
  } finally {
    await db.$disconnect();
    await databases.close();
  }
}

async function toFigures(db: Database, from: Date, until: Date) {
  const found = await loadLateness(db, { from, until, everyMs: EVERY_MS });
  return {
    due: found.due,
    lost: found.due - found.ran,
    double: found.twice,
    "in the ledger p50 ms": Math.round(found.planned_p50),
    "p99 ms ": Math.round(found.planned_p99),
    "started p50 ms": Math.round(found.p50),
    "p99 ms": Math.round(found.p99),
    "max ms": Math.round(found.max),
  };
}
