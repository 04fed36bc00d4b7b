import { randomUUID } from "node:crypto";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { type Database, Prisma } from "@drumline/db";
import { testDatabase } from "@drumline/testing";

import { loadUnservedTasks } from "../src/dispatch/unserved-runs.sql.ts";
import { loadOldestOpenRuns } from "../src/liveness/late-runs.sql.ts";
import { loadSilentRuns } from "../src/repair/silent-runs.sql.ts";
import { releaseHeld } from "../src/run/endings.sql.ts";

const SCHEDULES = 20;
const RUNS = 20_000;

/** What beat asks every five seconds, and health with each probe: its price must not grow with what waits or has ended. */
describe("questions about open runs, beside many that wait and more that have ended", () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let db: Database;
  beforeAll(async () => {
    database = await testDatabase();
    db = database.db;
    await db.$executeRaw(Prisma.sql`
      INSERT INTO schedule (id, key, source, task, trigger_kind, every_ms, timeout_ms, anchor_at, content_hash)
      SELECT gen_random_uuid(), 's-' || n, 'API', 'a.task', 'INTERVAL', 60000, 60000, now(), '' FROM generate_series(1, ${SCHEDULES}::int) AS n`);
    // A third has ended, a third waits on the queue, a third is held behind others or without a worker.
    await db.$executeRaw(Prisma.sql`
      INSERT INTO run (id, schedule_id, task, queue, origin, status, held, reason_code, timeout_ms, due_at, dispatched_at)
      SELECT gen_random_uuid(), schedule.id, 'a.task', 'oms', 'SCHEDULE',
        CASE WHEN n % 3 = 0 THEN 'FINISHED' ELSE 'SCHEDULED' END::run_status, n % 3 = 1 AND n % 2 = 0,
        CASE WHEN n % 3 = 1 AND n % 2 = 1 THEN 'NO_WORKER' END, 1, now() - n * interval '1 second', now() - n * interval '1 second'
      FROM schedule CROSS JOIN generate_series(1, ${RUNS / SCHEDULES}::int) AS n`);
    await db.$executeRaw(Prisma.sql`VACUUM ANALYZE run`);
  });
  afterAll(() => database.close());

  /** Rows of `run` that a question reads, whatever it answers, by PostgreSQL's own counters. */
  const rowsRead = async (ask: (db: Database) => Promise<unknown>): Promise<number> => {
    const count = async (tx: Database) => {
      const [row] = await tx.$queryRaw<{ read: bigint }[]>(Prisma.sql`
        SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint AS read FROM pg_stat_xact_user_tables WHERE relname = 'run'`);
      return Number(row!.read);
    };
    let read = 0;
    await db.$transaction(async (tx) => {
      const before = await count(tx as Database);
      await ask(tx as Database);
      read = (await count(tx as Database)) - before;
    });
    return read;
  };

  it("reads no more silent runs than asked for", async () => {
    expect(await loadSilentRuns(db, 1_000, 100)).toHaveLength(100);
    expect(await rowsRead((tx) => loadSilentRuns(tx, 1_000, 100))).toBeLessThanOrEqual(100);
  });

  it("reads the oldest open run of each schedule and nothing else", async () => {
    expect(await loadOldestOpenRuns(db)).toHaveLength(SCHEDULES);
    expect(await rowsRead(loadOldestOpenRuns)).toBeLessThanOrEqual(SCHEDULES);
  });

  it("finds the tasks without a worker by steps, and counts each up to a thousand", async () => {
    expect(await loadUnservedTasks(db)).toEqual([{ task: "a.task", queue: "oms", runs: 1_000 }]);
    expect(await rowsRead(loadUnservedTasks)).toBeLessThanOrEqual(1_010);
  });

  it("looks at one held run and one open run of each schedule", async () => {
    expect(await releaseHeld(db, null)).toEqual([]);
    expect(await rowsRead((tx) => releaseHeld(tx, null))).toBeLessThanOrEqual(3 * SCHEDULES);
    const [schedule] = await db.$queryRaw<{ id: string }[]>(Prisma.sql`SELECT id FROM schedule LIMIT 1`);
    expect(await rowsRead((tx) => releaseHeld(tx, [schedule!.id, randomUUID()]))).toBeLessThanOrEqual(10);
  });
});
