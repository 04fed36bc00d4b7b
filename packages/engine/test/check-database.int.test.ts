import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { silentLog } from "@drumline/core/log";
import { openConnection } from "@drumline/db";
import { testDatabase, type TestDatabase } from "@drumline/testing";

import { openDatabases } from "../src/index.ts";
import { findSessionProblems } from "../src/databases/check-database.ts";

describe("what a process asks of its database", () => {
  let database: TestDatabase;
  beforeAll(async () => void (database = await testDatabase()));
  afterAll(() => database.close());

  const open = (databaseUrl: string, limits = {}) =>
    openDatabases(
      { environment: "test", databaseUrl, databasePoolSize: 2, redisUrl: null, queuePrefix: "test", ...limits },
      { log: silentLog, process: "test" },
    );
  const withParameter = (name: string, value: string) => {
    const url = new URL(database.url);
    url.searchParams.set(name, value);
    return url.href;
  };

  it.each([
    ["options", "-c standard_conforming_strings=off", /standard_conforming_strings is off, expected on.*Cure/],
    ["options", "-c search_path=nowhere", /has no ledger/],
  ])("is refused with the cure: %s=%s", async (name, value, message) => {
    await expect(open(withParameter(name, value))).rejects.toThrow(message);
  });

  it("is also what a pooler may have made of the session", () => {
    const facts = { ledgerSchema: "public", serverEncoding: "UTF8", standardStrings: "on" };
    expect(findSessionProblems({ ...facts, clientEncoding: "UTF8", timeZone: "UTC" })).toEqual([]);
    expect(findSessionProblems({ ...facts, clientEncoding: "LATIN1", timeZone: "Europe/Amsterdam" })).toEqual([
      expect.stringMatching(/connection's encoding is LATIN1, expected UTF8.*Cure/),
      expect.stringMatching(/time zone is Europe\/Amsterdam though UTC was set.*Cure/),
    ]);
  });

  it("is tables in public, and nowhere else", async () => {
    const { db } = database;
    await db.$executeRaw`CREATE SCHEMA ops`;
    await db.$executeRaw`CREATE TABLE ops.run (id int)`;
    await expect(open(withParameter("options", "-c search_path=ops,public"))).rejects.toThrow(
      /ledger in the schema ops, expected public.*Cure/,
    );
    await db.$executeRaw`DROP SCHEMA ops CASCADE`;
  });

  it("is UTF8 of the server itself", async () => {
    const latin = await testDatabase({ isBlank: true, encoding: "LATIN1" });
    try {
      await expect(open(latin.url)).rejects.toThrow(/encoding is LATIN1, expected UTF8.*Cure: CREATE DATABASE/);
    } finally {
      await latin.close();
    }
  });

  it("is the limits of its role, of which maintenance has that of locks alone", async () => {
    const databases = await open(database.url, { statementSeconds: 7, idleTransactionSeconds: 8, lockSeconds: 9 });
    const limits = `SELECT current_setting('statement_timeout') AS statement, current_setting('idle_in_transaction_session_timeout') AS idle, current_setting('lock_timeout') AS lock`;
    try {
      expect(await databases.db.$queryRawUnsafe(limits)).toEqual([{ statement: "7s", idle: "8s", lock: "9s" }]);
      const connection = await openConnection(databases.db, "test maintenance");
      expect((await connection.query(limits)).rows).toEqual([{ statement: "0", idle: "0", lock: "30s" }]);
      await connection.end();
    } finally {
      await databases.close();
    }
  });
});
