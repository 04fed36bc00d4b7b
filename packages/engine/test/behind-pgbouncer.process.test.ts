import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { NO_LIMITS } from "@drumline/core/postgres";
import { openDatabase } from "@drumline/db";
import { redisIsThere, startApp, testDatabase, type TestDatabase, testRedis, untilTrue } from "@drumline/testing";

import { openEngine } from "./engine-fixture.ts";
import { findPgBouncer, type PgBouncer, startPgBouncer } from "./pgbouncer.ts";

const version = findPgBouncer();
const isThere = version !== null && redisIsThere();

// .ci/run installs Debian's, and fails without one.
it(`PgBouncer is ${version ?? "not installed: apt-get install pgbouncer"}`, () => {
  expect(version !== null || process.env["REQUIRE_PGBOUNCER"] !== "1").toBe(true);
});

(isThere ? describe : describe.skip)(
  "behind PgBouncer in transaction mode (skipped without one, and without Redis)",
  () => {
    let database: TestDatabase;
    let bouncer: PgBouncer;
    beforeAll(async () => {
      database = await testDatabase();
      const [{ name }] = await database.db.$queryRaw<[{ name: string }]>`SELECT current_database() AS name`;
      await database.db.$executeRawUnsafe(`ALTER DATABASE "${name}" SET timezone = 'America/Sao_Paulo'`);
      bouncer = await startPgBouncer(database.url);
    });
    afterAll(async () => {
      await bouncer.close();
      await database.close();
    });

    it("every process starts", async () => {
      const redis = await testRedis();
      const env = {
        DATABASE_URL: bouncer.through(database.url),
        REDIS_URL: redis!.url,
        API_PORT: "0",
        OMNITRON_ORDERS: "false",
      };
      for (const name of ["beat", "worker", "api"] as const) {
        const app = startApp(name, env);
        await app.ready();
        await app.kill("SIGTERM");
        expect([name, app.output()]).toEqual([
          name,
          expect.not.stringMatching(/unsupported startup parameter|"error"/),
        ]);
      }
      await redis!.close();
    }, 600_000);

    it("runs are due, claimed and ended", async () => {
      const engine = (await openEngine("redis", { databaseUrl: bouncer.through(database.url) }))!;
      try {
        const task = engine.task(async () => ({}));
        await engine.worker();
        await engine.beat([engine.schedule(task, 1)]);
        await untilTrue(
          async () => (await engine.runs(task)).filter(({ status }) => status === "FINISHED").length >= 3,
          {
            what: "runs end",
            timeoutMs: 30_000,
          },
        );
      } finally {
        await engine.close();
      }
    });

    it("every session is in UTC, however clients and connections are mixed, and limits stay nobody's", async () => {
      const clients = Array.from({ length: 4 }, () =>
        openDatabase(bouncer.through(database.url), { maxConnections: 5 }),
      );
      const limited = openDatabase(bouncer.through(database.url), {
        maxConnections: 5,
        limits: { ...NO_LIMITS, statementMs: 50, idleInTransactionMs: 50 },
      });
      const instant = new Date("2026-07-01T12:34:56.789Z");
      const ask = (db: typeof limited) =>
        db.$queryRaw<object[]>`
        SELECT current_setting('TimeZone') AS zone, current_setting('statement_timeout') AS limit, ${instant}::timestamptz AS at,
          extract(epoch FROM ${instant}::timestamptz)::float8 AS seconds`;
      const answers = await Promise.all(
        Array.from({ length: 200 }, (_, turn) => ask(turn % 5 === 4 ? limited : clients[turn % 4]!)),
      );
      const expected = JSON.stringify([{ zone: "UTC", limit: "0", at: instant, seconds: instant.getTime() / 1_000 }]);
      expect([...new Set(answers.map((rows) => JSON.stringify(rows)))]).toEqual([expected]);
      await Promise.all([...clients, limited].map((db) => db.$disconnect()));
    });
  },
);
