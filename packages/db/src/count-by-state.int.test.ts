import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { testDatabase } from "@drumline/testing";

import { countByState, firstByState } from "./count-by-state.ts";
import { type Database, Prisma } from "./index.ts";

const TABLE = "counted";
const ROWS = 20_000;

describe("counts by state", () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let db: Database;
  beforeAll(async () => {
    database = await testDatabase();
    db = database.db;
    await db.$executeRaw(Prisma.sql`
      CREATE TABLE counted (id bigint PRIMARY KEY, state plan_state NOT NULL) WITH (autovacuum_enabled = false)`);
  });
  afterAll(() => database.close());

  const insert = (from: number, to: number) =>
    db.$executeRaw(Prisma.sql`
      INSERT INTO counted SELECT n, (enum_range(NULL::plan_state))[1 + n % 2] FROM generate_series(${from}::int, ${to}::int) AS n`);

  it("are exact for an empty and for a small table, analysed or not", async () => {
    expect(await countByState(db, TABLE)).toEqual({ counts: [], total: 0, exact: true });
    await insert(1, 11);
    const counted = await countByState(db, TABLE);
    expect(counted).toMatchObject({ total: 11, exact: true });
    expect(Math.max(...counted.counts.map(({ count }) => count))).toBe(6);
    await db.$executeRaw(Prisma.sql`ANALYZE counted`);
    await insert(12, 21);
    expect(await countByState(db, TABLE)).toMatchObject({ total: 21, exact: true });
  });

  it("read no more rows than they may, however many there are", async () => {
    await insert(22, ROWS);
    const read = async (limit: number) => {
      const [row] = await db.$queryRaw<{ "QUERY PLAN": [{ Plan: PlanNode }] }[]>(
        Prisma.sql`EXPLAIN (ANALYZE, FORMAT JSON) ${firstByState(TABLE, limit)}`,
      );
      return mostRowsOf(row!["QUERY PLAN"][0].Plan);
    };
    expect(await read(101)).toBe(101);
    expect(await countByState(db, TABLE, 100)).toMatchObject({ exact: false });
  });

  it("come from the planner's statistics once a table is big, and are close to the truth", async () => {
    await db.$executeRaw(Prisma.sql`ANALYZE counted`);
    const { counts, total, exact } = await countByState(db, TABLE, 100);
    expect(exact).toBe(false);
    expect(total).toBe(ROWS);
    expect(counts).toHaveLength(2);
    for (const { count } of counts) expect(Math.abs(count - ROWS / 2)).toBeLessThan(ROWS / 20);
    await insert(ROWS + 1, 2 * ROWS);
    const grown = await countByState(db, TABLE, 100);
    expect(Math.abs(grown.total - 2 * ROWS)).toBeLessThan(ROWS / 10);
  });

  it("refuse what is no table name", async () => {
    await expect(countByState(db, "orders; DROP TABLE orders", 100)).rejects.toThrow();
  });
});

interface PlanNode {
  readonly "Actual Rows": number;
  readonly Plans?: readonly PlanNode[];
}

const mostRowsOf = (node: PlanNode): number =>
  Math.max(node["Actual Rows"], ...(node.Plans ?? []).map((child) => mostRowsOf(child)));
