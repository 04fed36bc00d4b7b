import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { testDatabase, type TestDatabase } from "@drumline/testing";

import { openDatabase, Prisma } from "./index.ts";
import { countOldRecords, deleteOldRecords, type RetentionRule } from "./retention.ts";

const BEFORE = new Date("2026-06-01T00:00:00Z");
const OLD = "2026-05-01T00:00:00Z";
const NOW = new Date("2026-08-01T00:00:00Z");
const YOUNG = "2026-07-01T00:00:00Z";

const byAge: RetentionRule = {
  table: "thing",
  key: ["id", "part"],
  walk: "age",
  days: 1,
  age: Prisma.sql`record.at`,
  mayGo: () => Prisma.sql`record.is_done`,
};
const byKey: RetentionRule = { ...byAge, key: ["id"], walk: "key" };

describe("deleting old records", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await testDatabase();
    await database.db.$executeRawUnsafe(
      "CREATE TABLE thing (id bigserial, part int NOT NULL DEFAULT 0, at timestamptz, is_done boolean, PRIMARY KEY (id, part))",
    );
  });
  beforeEach(async () => void (await database.db.$executeRaw(Prisma.sql`TRUNCATE thing RESTART IDENTITY`)));
  afterAll(() => database.close());

  const insert = (count: number, at: string | null, isDone = true) =>
    database.db.$executeRaw(Prisma.sql`
      INSERT INTO thing (at, is_done) SELECT ${at}::timestamptz, ${isDone} FROM generate_series(1, ${count})`);
  const left = async () => {
    const [row] = await database.db.$queryRaw<[{ ids: number[] }]>(Prisma.sql`
      SELECT coalesce(array_agg(id::int ORDER BY id), '{}') AS ids FROM thing`);
    return row.ids;
  };
  const remove = (rule: RetentionRule, options: Partial<Parameters<typeof deleteOldRecords>[2]> = {}) =>
    deleteOldRecords(database.db, rule, {
      before: BEFORE,
      at: NOW,
      batchSize: 2,
      limit: Number.POSITIVE_INFINITY,
      signal: new AbortController().signal,
      ...options,
    });

  describe.each([
    ["by age", byAge],
    ["by key", byKey],
  ])("%s", (_, rule) => {
    it("deletes what is old and done in as many batches as it takes, and leaves all else", async () => {
      await insert(3, OLD, false);
      await insert(5, OLD);
      await insert(1, OLD, false);
      await insert(2, YOUNG);
      expect(await countOldRecords(database.db, rule, BEFORE)).toBe(5);
      expect(await remove(rule)).toBe(5);
      expect(await left()).toEqual([1, 2, 3, 9, 10, 11]);
      expect(await remove(rule)).toBe(0);
    });

    it("gets past any number of rows of one instant that must stay", async () => {
      await insert(20, OLD, false);
      await insert(1, OLD);
      expect(await remove(rule)).toBe(1);
      expect(await left()).toHaveLength(20);
    });

    it("deletes nothing of an instant that is exactly the limit, nor what has none", async () => {
      await insert(1, BEFORE.toISOString());
      await insert(1, null);
      expect(await remove(rule)).toBe(0);
      expect(await left()).toEqual([1, 2]);
    });

    it("stops at its limit, and when it is told to", async () => {
      await insert(5, OLD);
      expect(await remove(rule, { limit: 3 })).toBe(3);
      const stopped = remove(rule, { signal: AbortSignal.abort(new Error("asked to stop")) });
      await expect(stopped).rejects.toThrow("asked to stop");
      expect(await left()).toEqual([4, 5]);
    });

    it("leaves a row that somebody holds, and waits for nobody", async () => {
      await insert(3, OLD);
      const other = openDatabase(database.url, { maxConnections: 1 });
      await other.$transaction(async (tx) => {
        await tx.$queryRaw(Prisma.sql`SELECT FROM thing WHERE id = 2 FOR UPDATE`);
        expect(await remove(rule)).toBe(2);
      });
      await other.$disconnect();
      expect(await left()).toEqual([2]);
      expect(await remove(rule)).toBe(1);
    });
  });
});
