import { type Database, openDatabase } from "@drumline/db";
import { findTask } from "@drumline/tasks";

import { startChild } from "../child.ts";
import { median } from "../median.ts";
import { printFigures } from "../print-figures.ts";
import { startBenchDatabases } from "../databases.ts";
import { cases, type OmsCase } from "./cases.ts";
import { emptyTables } from "./seed.sql.ts";

const ROUNDS = 3;

/**
 * Every case three times on durable databases, one process with one run of the task and nothing beside it, against an outside
 * on this machine; figures are medians. `BENCH_OMS=deliveries,archive` picks some.
 */
export async function benchOms(): Promise<void> {
  const picked = process.env["BENCH_OMS"]?.split(",");
  const databases = await startBenchDatabases();
  const db = openDatabase(databases.databaseUrl, { maxConnections: 4 });
  const outside = await startChild("./children/oms-outside.ts");
  try {
    const { url } = outside.message as { url: string };
    const env = { ...envOf(url), DATABASE_URL: databases.databaseUrl };
    for (const [key, bench] of Object.entries(cases))
      if (picked?.includes(key) ?? true) await benchCase(db, bench, { url, env });
  } finally {
    await outside.stop();
    await db.$disconnect();
    await databases.close();
  }
}

const envOf = (url: string): Record<string, string> => ({
  OMNITRON_URL: url,
  INVENTORY_URL: url,
  CARRIER_URL: url,
  CARRIER_REQUESTS_PER_SECOND: "100000",
  WEBHOOK_ALLOW_PRIVATE: "true",
  WHISPERER_EVENT_QUEUE_DELAY_SECOND: "0",
});

interface Round {
  readonly perSecond: number;
  readonly rssMegabytes: number;
  readonly cpuMsPerThousand: number;
}

async function benchCase(
  db: Database,
  { title, task, seed, done, rounds: wanted = ROUNDS }: OmsCase,
  { url, env }: { url: string; env: Record<string, string> },
): Promise<void> {
  if (findTask(task)?.built !== true) return printFigures(title, { "not measured": `${task} is not built` });
  const rounds: Round[] = [];
  for (let round = 0; round < wanted; round += 1) {
    await emptyTables(db);
    await seed(db, url);
    const child = await startChild("./children/oms-task.ts", { args: [task], env });
    const { ms, result, problems } = child.message as {
      ms: number;
      result: Record<string, number>;
      problems: object[];
    };
    const count = done(result);
    if (count === 0 || problems.length > 0) throw new Error(`${title}: ${JSON.stringify({ result, problems })}`);
    rounds.push({
      perSecond: Math.round((count / ms) * 1_000),
      rssMegabytes: child.rssMegabytes(),
      cpuMsPerThousand: Math.round((child.cpuSeconds() * 1_000_000) / count),
    });
    await child.stop();
  }
  printFigures(title, {
    "per second": median(rounds.map(({ perSecond }) => perSecond)),
    "worker CPU ms per 1,000 (with process start)": median(rounds.map(({ cpuMsPerThousand }) => cpuMsPerThousand)),
    "worker RSS MB": median(rounds.map(({ rssMegabytes }) => rssMegabytes)),
  });
}
