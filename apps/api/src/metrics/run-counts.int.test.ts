import { afterAll, beforeAll, expect, it } from "@jest/globals";

import { type Database, Prisma } from "@drumline/db";
import { testDatabase } from "@drumline/testing";

import { loadRunCounts, runCountsOf } from "./run-counts.sql.ts";

const RUNS = 20_000;
const now = new Date();

let database: Awaited<ReturnType<typeof testDatabase>>;
let db: Database;
beforeAll(async () => {
  database = await testDatabase();
  db = database.db;
  await db.$executeRaw(Prisma.sql`
    INSERT INTO run (id, task, queue, origin, status, timeout_ms, created_at)
    SELECT gen_random_uuid(), 'a.task', 'oms', 'MANUAL', CASE WHEN n % 2 = 0 THEN 'SCHEDULED' ELSE 'FINISHED' END::run_status, 1,
      ${now}::timestamptz - n % 4 * interval '1 hour' - interval '1 minute'
    FROM generate_series(1, ${RUNS}::int) AS n`);
  await db.$executeRaw(Prisma.sql`VACUUM ANALYZE run`);
});
afterAll(() => database.close());

it("counts what is open and what the last hour brought, by status", async () => {
  expect(await loadRunCounts(db, now)).toEqual({
    open: [{ state: "SCHEDULED", count: RUNS / 2 }],
    lastHour: [{ state: "SCHEDULED", count: RUNS / 4 }],
  });
});

it("reads no whole table for it, and no further than its limit", async () => {
  const [row] = await db.$queryRaw<{ "QUERY PLAN": [{ Plan: PlanNode }] }[]>(
    Prisma.sql`EXPLAIN (ANALYZE, FORMAT JSON) ${runCountsOf(now, 100)}`,
  );
  const scans = nodesOf(row!["QUERY PLAN"][0].Plan).filter((node) => node["Node Type"].endsWith("Scan"));
  expect(scans.length).toBeGreaterThan(0);
  for (const scan of scans) {
    expect(scan["Node Type"]).not.toBe("Seq Scan");
    expect(scan["Actual Rows"]).toBeLessThanOrEqual(100);
  }
});

interface PlanNode {
  readonly "Node Type": string;
  readonly "Actual Rows": number;
  readonly Plans?: readonly PlanNode[];
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap((child) => nodesOf(child))];
