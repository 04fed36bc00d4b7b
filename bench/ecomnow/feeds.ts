import { Prisma } from "@drumline/db";
import type { Databases } from "@drumline/engine";

import { type BenchChild, startChild } from "../child.ts";
import { printFigures } from "../print-figures.ts";
import { startBenchSystem } from "../system.ts";
import { timeRun } from "../time-run.ts";

const LINES = Number(process.env["BENCH_FEED_LINES"] ?? 1_000_000);
const TASK = "UpdateProductsInventoryAndCBPVendors";

/** One vendor's feed of a million lines through the running system: all new, all the same, all changed. */
export async function benchFeeds(): Promise<void> {
  const vendor = await startChild("./ecomnow/feed-server.ts");
  const host = String(vendor.message["host"]);
  const system = await startBenchSystem({ ECOMNOW_PRIVATE_HOSTS: host });
  const worker = await system.startWorker();
  try {
    const feed = (edition: number) => `http://${host}/${LINES}/${edition}.csv`;
    await benchFeed(system, worker, "all new", feed(1));
    await benchFeed(system, worker, "unchanged", feed(1));
    await benchFeed(system, worker, "all changed", feed(2));
  } finally {
    await system.close();
    await vendor.stop();
  }
}

async function benchFeed(databases: Databases, worker: BenchChild, what: string, url: string): Promise<void> {
  await databases.db.$executeRaw(Prisma.sql`
    INSERT INTO ecomnow_vendor (code, name, kind, feed_url) VALUES ('bench', 'Bench', 'CBP', ${url})
    ON CONFLICT (code) DO UPDATE SET feed_url = excluded.feed_url`);
  const cpuBefore = worker.cpuSeconds();
  const { ms, result } = await timeRun(databases, TASK);
  if (result["applied"] !== 1) throw new Error(`the feed was not applied: ${JSON.stringify(result)}`);
  printFigures(`feed of ${LINES.toLocaleString("en")} lines, ${what}`, {
    "lines/s": Math.round((LINES / ms) * 1_000),
    seconds: (ms / 1_000).toFixed(1),
    created: Number(result["created"]),
    updated: Number(result["updated"]),
    unchanged: Number(result["unchanged"]),
    "worker CPU s": (worker.cpuSeconds() - cpuBefore).toFixed(1),
    "worker RSS MB": worker.rssMegabytes(),
  });
}
