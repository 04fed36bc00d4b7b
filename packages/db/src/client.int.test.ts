import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { messageOf } from "@drumline/core/errors";
import { testDatabase, untilTrue, type TestDatabase } from "@drumline/testing";
import { openDatabase, Prisma, type Database } from "./index.ts";

/** Larger than a JavaScript number can hold exactly. */
const BIG = 9_007_199_254_740_993n;
const ID = "94ff3968-41af-44a0-b356-942c1a973a6f";
const INSTANT = new Date("2026-03-04T05:06:07.089Z");

let test: TestDatabase;
let db: Database;

beforeAll(async () => {
  test = await testDatabase();
  db = test.db;
});
afterAll(() => test.close());

async function one<T>(query: Prisma.Sql): Promise<T> {
  const [row] = await db.$queryRaw<{ value: T }[]>(query);
  return row!.value;
}

async function all<T>(query: Prisma.Sql): Promise<T[]> {
  return (await db.$queryRaw<{ value: T }[]>(query)).map((row) => row.value);
}

describe("values on their way through raw SQL", () => {
  it.each([
    ["bigint", Prisma.sql`SELECT ${BIG}::bigint AS value`, BIG],
    ["bigint[]", Prisma.sql`SELECT ${[1n, BIG]}::bigint[] AS value`, [1n, BIG]],
    ["uuid", Prisma.sql`SELECT ${ID}::uuid AS value`, ID],
    ["uuid[]", Prisma.sql`SELECT ${[ID]}::uuid[] AS value`, [ID]],
    ["timestamptz", Prisma.sql`SELECT ${INSTANT}::timestamptz AS value`, INSTANT],
    ["timestamptz[]", Prisma.sql`SELECT ${[INSTANT]}::timestamptz[] AS value`, [INSTANT]],
    ["text[]", Prisma.sql`SELECT ${["a", "b,c", '"d"', null]}::text[] AS value`, ["a", "b,c", '"d"', null]],
    ["boolean[]", Prisma.sql`SELECT ${[true, false]}::boolean[] AS value`, [true, false]],
    ["an enum", Prisma.sql`SELECT ${"FAILED"}::run_status AS value`, "FAILED"],
    ["jsonb", Prisma.sql`SELECT ${JSON.stringify([{ a: 1 }])}::jsonb AS value`, [{ a: 1 }]],
    ["null", Prisma.sql`SELECT ${null}::bigint AS value`, null],
  ])("brings %s back as it went", async (_name, query, expected) => {
    expect(await one(query)).toEqual(expected);
  });

  it("takes a column of a batch as one typed array, nulls included", async () => {
    const rows = await db.$queryRaw`
      SELECT * FROM unnest(${[1n, BIG]}::bigint[], ${[INSTANT, null]}::timestamptz[], ${["FAILED", "FINISHED"]}::run_status[])
        AS batch (id, at, status)`;
    expect(rows).toEqual([
      { id: 1n, at: INSTANT, status: "FAILED" },
      { id: BIG, at: null, status: "FINISHED" },
    ]);
  });

  it("takes a whole batch as one JSON text, where a bigint is written as a string", async () => {
    const batch = [{ id: String(BIG), at: INSTANT, address: { city: "São Paulo" } }];
    const rows = await db.$queryRaw`
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(batch)}::jsonb) AS batch (id bigint, at timestamptz, address jsonb)`;
    expect(rows).toEqual([{ id: BIG, at: INSTANT, address: { city: "São Paulo" } }]);
  });

  it("takes an empty array for no rows", async () => {
    expect(await all(Prisma.sql`SELECT unnest(${[]}::bigint[]) AS value`)).toEqual([]);
  });
});

describe("traps of raw SQL", () => {
  it("turns a parameter without a cast into text", async () => {
    expect(await one(Prisma.sql`SELECT ${BIG} AS value`)).toBe(String(BIG));
  });

  it("hands an array of an enum over as one string, unless it is cast to text[]", async () => {
    expect(await one(Prisma.sql`SELECT ARRAY['FAILED', 'MISSED']::run_status[] AS value`)).toBe("{FAILED,MISSED}");
    expect(await one(Prisma.sql`SELECT ARRAY['FAILED', 'MISSED']::run_status[]::text[] AS value`)).toEqual([
      "FAILED",
      "MISSED",
    ]);
  });

  it("counts in bigint, and sums bigint in Decimal", async () => {
    expect(await one(Prisma.sql`SELECT count(*) AS value FROM run`)).toBe(0n);
    const sum = await one<Prisma.Decimal>(Prisma.sql`SELECT sum(id) AS value FROM unnest(${[1n, 2n]}::bigint[]) AS id`);
    expect(sum).toBeInstanceOf(Prisma.Decimal);
    expect(await one(Prisma.sql`SELECT sum(id)::bigint AS value FROM unnest(${[1n, 2n]}::bigint[]) AS id`)).toBe(3n);
  });

  it("refuses an array as jsonb that was not made a JSON text first", async () => {
    await expect(one(Prisma.sql`SELECT ${[{ a: 1 }]}::jsonb AS value`)).rejects.toMatchObject({ code: "P2010" });
  });

  it("cannot read void and interval: locks go through $executeRaw, durations are cast", async () => {
    await expect(db.$queryRaw`SELECT pg_advisory_xact_lock(1)`).rejects.toMatchObject({ code: "P2010" });
    await expect(db.$executeRaw`SELECT pg_advisory_xact_lock(1)`).resolves.toBe(1);
    expect(await one(Prisma.sql`SELECT extract(epoch FROM interval '1.5 s')::float8 AS value`)).toBe(1.5);
  });

  it("cuts microseconds off where the column keeps them", async () => {
    expect(await one(Prisma.sql`SELECT '2026-03-04T05:06:07.089999Z'::timestamptz AS value`)).toEqual(INSTANT);
  });

  it("tells a broken constraint by SQLSTATE inside the adapter's error", async () => {
    const insert = () => db.$executeRaw`INSERT INTO sync_cursor (source) VALUES ('twice')`;
    await insert();
    await expect(insert()).rejects.toMatchObject({
      code: "P2010",
      meta: { driverAdapterError: { cause: { originalCode: "23505", kind: "UniqueConstraintViolation" } } },
    });
  });
});

describe("openDatabase", () => {
  it("keeps instants right on a server whose time zone is not UTC", async () => {
    const elsewhere = await testDatabase();
    try {
      const name = new URL(elsewhere.url).pathname.slice(1);
      await elsewhere.db.$executeRawUnsafe(`ALTER DATABASE ${name} SET timezone = 'America/Sao_Paulo'`);
      const fresh = openDatabase(elsewhere.url);
      await fresh.syncCursor.create({ data: { source: "orders", cursorAt: INSTANT } });
      const rows = await fresh.$queryRaw`
        SELECT cursor_at, extract(epoch FROM cursor_at)::float8 * 1000 AS ms, ${INSTANT}::timestamptz AS parameter FROM sync_cursor`;
      await fresh.$disconnect();
      expect(rows).toEqual([{ cursor_at: INSTANT, ms: INSTANT.getTime(), parameter: INSTANT }]);
    } finally {
      await elsewhere.close();
    }
  });

  it("keeps the options the URL names", async () => {
    const url = new URL(test.url);
    url.searchParams.set("options", "-c statement_timeout=1234");
    const other = openDatabase(url.href);
    const rows = await other.$queryRaw`SELECT current_setting('statement_timeout') AS value`;
    await other.$disconnect();
    expect(rows).toEqual([{ value: "1234ms" }]);
  });

  it("goes on after the server cut its idle connections", async () => {
    const other = openDatabase(test.url, { applicationName: "to be cut" });
    await other.$queryRaw`SELECT 1`;
    await db.$executeRaw`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'to be cut'`;
    // The query that meets the cut itself may fail.
    await untilTrue(async () => (await other.$executeRaw`SELECT 1`) === 1, { what: "it is connected again" });
    await other.$disconnect();
  });

  it("waits for a free connection instead of failing", async () => {
    const narrow = openDatabase(test.url, { maxConnections: 1 });
    const answers = Promise.all(
      Array.from({ length: 20 }, (_, value) => narrow.$queryRaw`SELECT ${value}::int AS value`),
    );
    expect(await answers).toHaveLength(20);
    await narrow.$disconnect();
  });

  it("says of a refused call what the database said, and nothing of our files, source lines or statements", async () => {
    const blank = await testDatabase({ isBlank: true });
    try {
      const asked = [
        blank.db.syncCursor.upsert({ where: { source: "s" }, create: { source: "s" }, update: {} }),
        blank.db.$queryRaw`SELECT secret_column FROM sync_cursor`,
      ];
      for (const answer of await Promise.all(asked.map((refused) => refused.catch(messageOf)))) {
        expect(answer).toMatch(/sync_cursor.*does not exist/);
        expect(answer).not.toMatch(/invocation|\.ts|secret_column|await|→|SELECT/);
      }
    } finally {
      await blank.close();
    }
  });
});
