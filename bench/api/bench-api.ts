import { createServer } from "node:net";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";

import { type Database, openDatabase } from "@drumline/db";

import { type BenchChild, startChild } from "../child.ts";
import { parseWhole } from "../command-line.ts";
import { printFigures } from "../print-figures.ts";
import { startBenchDatabases } from "../databases.ts";
import { type BenchRequest, benchRequests } from "./requests.ts";
import { endSomeRuns, seedLists } from "./seed.sql.ts";
import { openWatchers } from "./watch.ts";

const TOKEN = "a-token-of-the-bench-of-the-api";
const WARM_UP = 3;
const WATCH_MS = 20_000;
const CHANGES_A_SECOND = 100;

/** Every list and filter of the api over a month of runs, and the price of those who watch. */
export async function benchApi(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      ["runs", "schedules", "watchers", "requests"].map((name) => [name, { type: "string" }]),
    ) as Record<"runs" | "schedules" | "watchers" | "requests", { type: "string" }>,
  });
  const runs = parseWhole("runs", values.runs, 1_200_000, [10_000, 10_000_000]);
  const schedules = parseWhole("schedules", values.schedules, 5_000, [100, 50_000]);
  const watchers = parseWhole("watchers", values.watchers, 1_000, [0, 5_000]);
  const requests = parseWhole("requests", values.requests, 100, [1, 10_000]);
  const databases = await startBenchDatabases();
  const db = openDatabase(databases.databaseUrl, { maxConnections: 2 });
  try {
    const beganAt = performance.now();
    await seedLists(db, { runs, schedules });
    printFigures("seeded", { runs, schedules, "in s": Math.round((performance.now() - beganAt) / 1_000) });
    const port = await findFreePort();
    const api = await startChild("../apps/api/bin/api.js", {
      env: {
        DATABASE_URL: databases.databaseUrl,
        REDIS_URL: databases.redisUrl ?? "",
        API_PORT: String(port),
        API_ADMIN_TOKEN: TOKEN,
        API_REQUESTS_PER_MINUTE: "0",
      },
    });
    try {
      const address = new URL(`http://127.0.0.1:${port}`);
      await measureRequests(address, benchRequests(await findFacts(db, address, runs)), requests);
      if (watchers > 0) await measureWatchers(db, api, address, watchers);
    } finally {
      await api.stop();
    }
  } finally {
    await db.$disconnect();
    await databases.close();
  }
}

/** A request of each in turn, so that none has the caches to itself. */
async function measureRequests(address: URL, asked: readonly BenchRequest[], times: number): Promise<void> {
  const took = new Map(asked.map(({ what }) => [what, [] as number[]]));
  const sizes = new Map<string, number>();
  for (let round = 0; round < times + WARM_UP; round += 1) {
    for (const { what, path } of asked) {
      const beganAt = performance.now();
      const text = await ask(address, path);
      JSON.parse(text);
      if (round >= WARM_UP) took.get(what)!.push(performance.now() - beganAt);
      sizes.set(what, text.length);
    }
  }
  const width = Math.max(...asked.map(({ what }) => what.length));
  process.stdout.write(`${"request".padEnd(width)}  p50 ms  p95 ms  goal ms     kB\n`);
  let missed = 0;
  for (const { what, goalMs } of asked) {
    const sorted = took.get(what)!.toSorted((one, other) => one - other);
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
    const isMissed = at(0.95) > goalMs;
    missed += Number(isMissed);
    const cells = [at(0.5).toFixed(1), at(0.95).toFixed(1), String(goalMs), (sizes.get(what)! / 1_000).toFixed(1)];
    process.stdout.write(
      `${what.padEnd(width)}  ${cells.map((cell) => cell.padStart(6)).join("  ")}${isMissed ? "  over its goal" : ""}\n`,
    );
  }
  printFigures("requests", { kinds: asked.length, "of each": times, "over their goal": missed });
}

async function ask(address: URL, path: string): Promise<string> {
  const response = await fetch(new URL(path, address), { headers: { authorization: `Bearer ${TOKEN}` } });
  const text = await response.text();
  if (!response.ok) throw new Error(`GET ${path} was answered ${response.status}: ${text.slice(0, 300)}`);
  return text;
}

async function findFacts(db: Database, address: URL, runs: number) {
  const rows = await db.schedule.findMany({ select: { id: true, key: true }, take: 50, orderBy: { key: "asc" } });
  const failures = JSON.parse(await ask(address, "/api/v1/runs/failures?from=7d")) as {
    items: { fingerprint: string }[];
  };
  const daysBack = (30 * 600_000) / Math.max(runs, 600_000);
  return {
    busy: "bench-1",
    quiet: "bench-4321",
    ids: rows.map(({ id }) => id),
    deep: new Date(Date.now() - Math.min(29, daysBack) * 86_400_000).toISOString(),
    fingerprint: failures.items[0]!.fingerprint,
  };
}

async function measureWatchers(db: Database, api: BenchChild, address: URL, count: number): Promise<void> {
  const idle = await shareOver(api, 5_000, () => Promise.resolve());
  const watchers = await openWatchers(address, TOKEN, count);
  await wait(2_000);
  const before = watchers.bytes();
  const share = await shareOver(api, WATCH_MS, () => endSomeRuns(db, CHANGES_A_SECOND));
  printFigures(`${count.toLocaleString("en")} watchers at ${CHANGES_A_SECOND} changes a second`, {
    "share of a core": `${(share * 100).toFixed(1)} %`,
    "idle without them": `${(idle * 100).toFixed(1)} %`,
    "kB a second each": Number(((watchers.bytes() - before) / count / WATCH_MS).toFixed(2)),
    "MB of the process": api.rssMegabytes(),
  });
  watchers.close();
}

/** The share of a core that a process takes over some time, while something is done each second. */
async function shareOver(api: BenchChild, lastsMs: number, eachSecond: () => Promise<unknown>): Promise<number> {
  const [cpuBefore, beganAt] = [api.cpuSeconds(), performance.now()];
  while (performance.now() - beganAt < lastsMs) {
    await eachSecond();
    await wait(1_000);
  }
  return (api.cpuSeconds() - cpuBefore) / ((performance.now() - beganAt) / 1_000);
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("the system gave no port");
  return address.port;
}
