import { openConnection, Prisma } from "@drumline/db";
import { startTaskRun, type TestDatabase, testDatabase, untilTrue } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { type Outside, startOutside } from "../../test/local-omnitron.ts";
import { dbMaintenance } from "./db-maintenance.ts";
import { maintenanceSettings } from "./settings.ts";

let store: TestDatabase;
let outside: Outside;
beforeAll(async () => {
  [store, outside] = await Promise.all([testDatabase(), startOutside()]);
});
afterAll(() => Promise.all([store.close(), outside.close()]));

const runWith = (maintenanceTables: readonly string[] | null = null, options = {}) => {
  return startTaskRun(store.db, outside.gateways({ maintenanceTables }), options);
};

describe("db_maintenance", () => {
  it("finds by itself every table that has changed, a new one too, and leaves it alone when it has been taken care of", async () => {
    await store.db.$executeRaw(Prisma.sql`CREATE TABLE "Table of tomorrow" (id int)`);
    await store.db.$executeRaw(Prisma.sql`INSERT INTO "Table of tomorrow" SELECT generate_series(1, 10)`);
    const would = async () =>
      (await dbMaintenance(runWith(null, { dryRun: true }).context))["wouldVacuum"] as { table: string }[];
    const isDue = async () => (await would()).some(({ table }) => table === "Table of tomorrow");
    await untilTrue(isDue, { what: "the statistics know of its rows" });
    expect(await dbMaintenance(runWith().context)).toMatchObject({ failed: 0, skipped: 0 });
    await untilTrue(async () => !(await isDue()), { what: "the statistics know that it was analysed" });
  });

  it("takes any table by name, and calls a name that no table has a problem", async () => {
    const run = runWith(["order_item", "oders", "transfer_item"]);
    expect(await dbMaintenance(run.context)).toMatchObject({
      vacuumed: 2,
      tables: [{ table: "order_item" }, { table: "transfer_item" }],
    });
    expect(run.problems).toEqual([
      { recordId: "oders", error: "there is no such table; correct DB_MAINTENANCE_TABLES" },
    ]);
    const { parse } = maintenanceSettings.maintenanceTables;
    expect(parse("order_item, run")).toEqual(["order_item", "run"]);
    expect(() => parse('run; DROP TABLE "run"')).toThrow("names no table");
  });

  it("clears dead rows and says how many there were before and after", async () => {
    await store.db.$executeRaw(Prisma.sql`
      INSERT INTO audit_event (id, timestamp, entity_type, entity_id, content)
      SELECT gen_random_uuid(), now(), 'package', n::text, '{}' FROM generate_series(1, 1000) n`);
    await store.db.$executeRaw(Prisma.sql`DELETE FROM audit_event`);
    await untilTrue(async () => (await deadTuples()) === 1_000, { what: "the statistics know of the dead rows" });

    const run = runWith(["audit_event", "event_queue"]);
    expect(await dbMaintenance(run.context)).toMatchObject({
      vacuumed: 2,
      failed: 0,
      deadTuplesBefore: 1_000,
      deadTuplesAfter: 0,
      tables: [
        { table: "audit_event", deadTuplesBefore: 1_000, deadTuplesAfter: 0, notices: [] },
        { table: "event_queue" },
      ],
    });
    expect(run.progress).toEqual([1, 2]);
  });

  it("leaves no connection and no setting behind", async () => {
    expect(await dbMaintenance(runWith().context)).toMatchObject({ failed: 0 });
    await untilTrue(async () => (await maintenanceConnections()) === 0, { what: "its connection is closed" });
    const [setting] = await store.db.$queryRaw<[{ statement_timeout: string }]>`SHOW statement_timeout`;
    expect(setting.statement_timeout).toBe("0");
  });

  it("passes over a table that somebody has locked, and makes it a problem of the run", async () => {
    const other = await openConnection(store.db, "somebody else");
    await other.query("BEGIN");
    await other.query("LOCK TABLE webhook_request IN ACCESS EXCLUSIVE MODE");
    try {
      const run = runWith(["webhook_request", "event_queue"]);
      expect(await dbMaintenance(run.context)).toMatchObject({
        vacuumed: 1,
        skipped: 1,
        tables: [{ table: "webhook_request", notices: [expect.stringContaining("lock not available")] }, {}],
      });
      expect(run.problems).toEqual([
        { recordId: "webhook_request", error: expect.stringContaining("lock not available") },
      ]);
    } finally {
      await other.end();
    }
  });

  it("says in a dry run how many dead rows each table has, and touches none", async () => {
    const result = await dbMaintenance(runWith(["orders", "package"], { dryRun: true }).context);
    expect(result).toEqual({
      wouldVacuum: [
        { table: "orders", deadTuples: 0 },
        { table: "package", deadTuples: 0 },
      ],
    });
  });

  it("stops when it is told to", async () => {
    const run = runWith();
    run.abort();
    await expect(dbMaintenance(run.context)).rejects.toThrow("asked to stop");
  });
});

const deadTuples = async () => {
  const [row] = await store.db.$queryRaw<[{ dead: bigint }]>(
    Prisma.sql`SELECT n_dead_tup AS dead FROM pg_stat_user_tables WHERE relname = 'audit_event'`,
  );
  return Number(row.dead);
};

const maintenanceConnections = async () => {
  const [row] = await store.db.$queryRaw<[{ count: number }]>(Prisma.sql`
    SELECT count(*)::int AS count FROM pg_stat_activity
    WHERE application_name = 'drumline maintenance' AND datname = current_database()`);
  return row.count;
};
