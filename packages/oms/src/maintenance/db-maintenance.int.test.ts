import { openConnection, Prisma } from "@drumline/db";
import { startTaskRun, type TestDatabase, testDatabase, untilTrue } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { type Outside, startOutside } from "../../test/local-omnitron.ts";
import { dbMaintenance } from "./db-maintenance.ts";
import { MAINTAINED_TABLES, type MaintainedTable } from "./settings.ts";

let store: TestDatabase;
let outside: Outside;
beforeAll(async () => {
  [store, outside] = await Promise.all([testDatabase(), startOutside()]);
});
afterAll(() => Promise.all([store.close(), outside.close()]));

const runWith = (maintenanceTables: readonly MaintainedTable[] = MAINTAINED_TABLES, options = {}) => {
  return startTaskRun(store.db, outside.gateways({ maintenanceTables }), options);
};

describe("db_maintenance", () => {
  it("knows only tables that exist", async () => {
    const rows = await store.db.$queryRaw<{ name: string }[]>(
      Prisma.sql`SELECT relname AS name FROM pg_stat_user_tables`,
    );
    expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining([...MAINTAINED_TABLES]));
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

  it("takes care of every table of the list, and leaves no connection and no setting behind", async () => {
    expect(await dbMaintenance(runWith().context)).toMatchObject({ vacuumed: MAINTAINED_TABLES.length, failed: 0 });
    await untilTrue(async () => (await maintenanceConnections()) === 0, { what: "its connection is closed" });
    const [setting] = await store.db.$queryRaw<[{ statement_timeout: string }]>`SHOW statement_timeout`;
    expect(setting.statement_timeout).toBe("0");
  });

  it("passes over a table that somebody has locked, and says so", async () => {
    const other = await openConnection(store.db, "somebody else");
    await other.query("BEGIN");
    await other.query("LOCK TABLE webhook_request IN ACCESS EXCLUSIVE MODE");
    try {
      expect(await dbMaintenance(runWith(["webhook_request", "event_queue"]).context)).toMatchObject({
        vacuumed: 1,
        tables: [{ table: "webhook_request", notices: [expect.stringContaining("lock not available")] }, {}],
      });
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
