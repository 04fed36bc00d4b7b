import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";

import { messageOf } from "@drumline/core/errors";
import { openConnection, openDatabase } from "@drumline/db";
import { migrate } from "@drumline/db/migrate";
import { redisIsThere, testDatabase, type TestDatabase, testRedis, untilTrue } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { Redis } from "ioredis";

import { openEngine } from "./engine-fixture.ts";

const ROLES = ["drumline_owner", "drumline_app"] as const;

describe("the roles of deploy/postgres/roles.sql", () => {
  let database: TestDatabase;
  const password = randomBytes(12).toString("hex");
  const as = (role: (typeof ROLES)[number]) => {
    const url = new URL(database.url);
    [url.username, url.password] = [role, password];
    return url.href;
  };
  const dropRoles = async () => {
    for (const role of ROLES) {
      const [found] = await database.db.$queryRaw<object[]>`SELECT 1 FROM pg_roles WHERE rolname = ${role}`;
      if (found === undefined) continue;
      await database.db.$executeRawUnsafe(`DROP OWNED BY ${role} CASCADE`);
      await database.db.$executeRawUnsafe(`DROP ROLE ${role}`);
    }
  };

  beforeAll(async () => {
    database = await testDatabase({ isBlank: true });
    const connection = await openConnection(database.db, "roles");
    for (let time = 1; time <= 2; time += 1) await connection.query(readFileSync("deploy/postgres/roles.sql", "utf8"));
    for (const role of ROLES) await database.db.$executeRawUnsafe(`ALTER ROLE ${role} PASSWORD '${password}'`);
    await migrate(as("drumline_owner"));
    // As an installation does that was migrated by a superuser.
    await database.db.$executeRaw`ALTER TABLE run OWNER TO CURRENT_USER`;
    await connection.query(readFileSync("deploy/postgres/roles.sql", "utf8"));
    await connection.end();
  });
  afterAll(async () => {
    await dropRoles();
    await database.close();
  });

  (redisIsThere() ? it : it.skip)(
    "let every run be due, claimed and ended, with as little of Redis (skipped without it)",
    async () => {
      const redis = (await testRedis())!;
      const admin = new Redis(redis.url);
      const user = `drumline-${password}`;
      const rights = ["~test:*", "&test:*", "+@all", "-@admin", "-@dangerous", "+info", "+config|get"];
      await admin.call("ACL", "SETUSER", user, "on", `>${password}`, ...rights);
      const redisUrl = new URL(redis.url);
      [redisUrl.username, redisUrl.password] = [user, password];
      const engine = (await openEngine("redis", { databaseUrl: as("drumline_app"), redisUrl: redisUrl.href }))!;
      try {
        await engine.backend.ping();
        const task = engine.task(async () => ({}));
        await engine.worker();
        await engine.beat([engine.schedule(task, 1)]);
        await untilTrue(async () => (await engine.runs(task)).some(({ status }) => status === "FINISHED"), {
          what: "a run ends",
          timeoutMs: 20_000,
        });
      } finally {
        await engine.close();
        await admin.call("ACL", "DELUSER", user);
        admin.disconnect();
        await redis.close();
      }
    },
  );

  it("let the work read and write every table and sequence, and change no table", async () => {
    const lacking = await database.db.$queryRaw`
      SELECT relname FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relname <> '_prisma_migrations'
        AND NOT CASE relkind
          WHEN 'r' THEN (SELECT bool_and(has_table_privilege('drumline_app', oid, privilege))
            FROM unnest('{SELECT,INSERT,UPDATE,DELETE}'::text[]) AS privilege)
          WHEN 'v' THEN has_table_privilege('drumline_app', oid, 'SELECT')
          WHEN 'S' THEN has_sequence_privilege('drumline_app', oid, 'USAGE')
          ELSE true END`;
    expect(lacking).toEqual([]);
    const app = openDatabase(as("drumline_app"), { maxConnections: 1 });
    try {
      for (const statement of [
        "CREATE TABLE mine (id int)",
        "ALTER TABLE run ADD COLUMN mine int",
        "DROP TABLE run",
        "TRUNCATE run",
        "SELECT * FROM pg_authid",
        "CREATE ROLE mine",
        "COPY run TO PROGRAM 'true'",
      ])
        expect([statement, await app.$executeRawUnsafe(statement).then(() => "done", messageOf)]).toEqual([
          statement,
          expect.stringMatching(/permission denied|must be owner|must be superuser/),
        ]);
    } finally {
      await app.$disconnect();
    }
  });
});
