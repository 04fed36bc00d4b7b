import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { testDatabase, type TestDatabase } from "@drumline/testing";

import { Prisma } from "./generated/client.ts";
import { commitApart, isDataError, sqlStateOf } from "./data-errors.ts";

let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase();
});
afterAll(() => test.close());

const refusalOf = (work: PromiseLike<unknown>) =>
  Promise.resolve(work).then(
    () => null,
    (error: unknown) => error,
  );
const ask = (sql: string) => refusalOf(test.db.$queryRawUnsafe(sql));

describe("sqlStateOf", () => {
  it.each([
    ["SELECT 1/0", "22012", true],
    [`SELECT '"\\u0000"'::jsonb`, "22P05", true],
    ["SELECT interval '1 ms' * 1e300", "22008", true],
    ["SELECT 1 FROM nowhere", "42P01", false],
  ])("reads the state of %s", async (sql, state, isData) => {
    const error = await ask(sql);
    expect([sqlStateOf(error), isDataError(error)]).toEqual([state, isData]);
  });

  it("knows a broken constraint from Prisma's own methods as well", async () => {
    const create = () => test.db.syncCursor.create({ data: { source: "once" } });
    await create();
    expect(isDataError(await refusalOf(create()))).toBe(true);
  });

  it("finds none in what is no error of a database", () => {
    expect([sqlStateOf(new Error("x")), sqlStateOf(null), sqlStateOf("22012"), isDataError(undefined)]).toEqual([
      null,
      null,
      null,
      false,
    ]);
  });
});

describe("commitApart", () => {
  const save = async (sources: readonly string[]) => {
    await test.db.$executeRaw(Prisma.sql`INSERT INTO sync_cursor (source) SELECT unnest(${sources}::text[])`);
    return sources.map((source) => source.length);
  };

  it("leaves only the guilty items out of a batch, each with its own error", async () => {
    const sources = Array.from({ length: 50 }, (_, index) => (index % 20 === 7 ? `bad \0 ${index}` : `good ${index}`));
    const committed = await commitApart(sources, save);
    expect(committed.flatMap(({ isCommitted }, index) => (isCommitted ? [] : [index]))).toEqual([7, 27, 47]);
    expect(await test.db.syncCursor.count({ where: { source: { startsWith: "good" } } })).toBe(47);
  });

  it("throws what is not about an item", async () => {
    await expect(commitApart([1], () => Promise.reject(new Error("connection lost")))).rejects.toThrow("lost");
  });
});
