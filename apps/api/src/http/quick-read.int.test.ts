import { Prisma } from "@drumline/db";
import { testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { quickRead } from "./quick-read.ts";

describe("a quick read", () => {
  let test: TestDatabase;
  beforeAll(async () => void (test = await testDatabase({ maxConnections: 1 })));
  afterAll(() => test.close());

  it("ends what takes the database too long, and says how to ask for less", async () => {
    const slow = quickRead(test.db, (tx) => tx.$queryRaw(Prisma.sql`SELECT pg_sleep(30)::text`), 50);
    await expect(slow).rejects.toMatchObject({
      status: 503,
      message: expect.stringContaining("Narrow it"),
      facts: { code: "TOO_MUCH_ASKED" },
    });
  });

  it("leaves the connection without the limit", async () => {
    await quickRead(test.db, (tx) => tx.$queryRaw(Prisma.sql`SELECT 1`), 50);
    expect(await test.db.$queryRaw(Prisma.sql`SELECT current_setting('statement_timeout') AS most`)).toEqual([
      { most: "0" },
    ]);
  });

  it("passes every other error on", async () => {
    await expect(quickRead(test.db, (tx) => tx.$queryRaw(Prisma.sql`SELECT 1 / 0`))).rejects.toThrow(
      /division by zero/,
    );
  });
});
