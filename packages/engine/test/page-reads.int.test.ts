import { randomUUID } from "node:crypto";

import { countPageReads, fillTable, testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { loadRuns } from "../src/ledger/read-runs.sql.ts";
import { loadOldestOpenRuns } from "../src/liveness/late-runs.sql.ts";
import { loadSilentRuns } from "../src/repair/silent-runs.sql.ts";
import { loadDeadlyRuns, loadRecentDeaths } from "../src/liveness/worker-deaths.sql.ts";
import { claimRuns } from "../src/run/claim-runs.sql.ts";
import { reapDeadRuns } from "../src/run/reap-dead-runs.sql.ts";
import { releaseHeld } from "../src/run/endings.sql.ts";
import { loadOpenRuns, loadWaitingConfigurations } from "../src/tick/open-runs.sql.ts";

const ROWS = 1_000_000;
const MOST_PAGES = 1_500;
const SCHEDULES = 40;

/** Without skip scan on PostgreSQL 15, which CI runs this on. */
describe(`the ledger with ${ROWS} runs, read by its hot queries`, () => {
  let test: TestDatabase;
  let scheduleIds: string[];
  let waiting: string[];
  beforeAll(async () => {
    test = await testDatabase({ maxConnections: 1 });
    const { db } = test;
    await db.$executeRawUnsafe(`
      INSERT INTO schedule (id, key, source, task, trigger_kind, every_ms, timeout_ms, anchor_at, content_hash)
      SELECT gen_random_uuid(), 'key-' || n, 'ENV', 'task.' || n, 'INTERVAL', 60000, 60000, now(), ''
      FROM generate_series(1, ${SCHEDULES}) n`);
    await db.$executeRawUnsafe("UPDATE schedule SET key = 'never' WHERE key = 'key-40'");
    await fillTable(
      db,
      "run",
      `INSERT INTO run (id, schedule_id, task, queue, origin, status, timeout_ms, due_at, created_at, dispatched_at, finished_at, lease_until, dedupe_key, held)
       SELECT gen_random_uuid(), ids[1 + n % ${SCHEDULES - 1}], 'task.' || 1 + n % ${SCHEDULES}, 'oms', 'SCHEDULE',
         (CASE WHEN n > ${ROWS} - 100 THEN 'PROCESSING' WHEN n > ${ROWS} - 2000 THEN 'SCHEDULED'
           WHEN n % 50 = 0 THEN 'FAILED' ELSE 'FINISHED' END)::run_status,
         60000, at, at, at, CASE WHEN n <= ${ROWS} - 2000 THEN at END, CASE WHEN n > ${ROWS} - 100 THEN now() + interval '1 h' END,
         CASE WHEN n > ${ROWS} - 2000 AND n <= ${ROWS} - 100 THEN 'config ' || n END, n % 97 = 0 AND n > ${ROWS} - 2000
       FROM (SELECT array_agg(id) AS ids FROM schedule WHERE key <> 'never') all_schedules,
         LATERAL (SELECT n, now() - (${ROWS} - n) * interval '1 s' AS at FROM generate_series(1, ${ROWS}) n) row`,
    );
    scheduleIds = (await db.schedule.findMany({ select: { id: true } })).map(({ id }) => id);
    waiting = (await db.run.findMany({ where: { status: "SCHEDULED" }, select: { id: true }, take: 20 })).map(
      ({ id }) => id,
    );
  }, 240_000);
  afterAll(() => test.close());

  const claims = () => waiting.map((runId) => ({ runId, leaseToken: randomUUID() }));
  it.each<[string, () => Promise<unknown>]>([
    ["claim", () => claimRuns(test.db, claims(), { worker: "w", leaseMs: 1_000 })],
    ["silent runs", () => loadSilentRuns(test.db, 15_000, 100)],
    ["release of held runs, all", () => releaseHeld(test.db, null)],
    ["release of held runs, some", () => releaseHeld(test.db, scheduleIds.slice(0, 5))],
    ["expired leases", () => reapDeadRuns(test.db, 100)],
    ["runs that killed their worker", () => loadDeadlyRuns(test.db)],
    ["deaths of workers", () => loadRecentDeaths(test.db)],
    ["oldest open runs", () => loadOldestOpenRuns(test.db)],
    ["open runs of schedules", () => loadOpenRuns(test.db, scheduleIds)],
    ["waiting configurations", () => loadWaitingConfigurations(test.db, ["config 1", "config 2"])],
    ["a page of runs", () => loadRuns(test.db, {}, null, 50)],
    ["a page of a status", () => loadRuns(test.db, { status: "FAILED" }, null, 50)],
    ["a page of a task", () => loadRuns(test.db, { task: "task.7" }, null, 50)],
    ["a page of a schedule", () => loadRuns(test.db, { schedule: "key-7" }, null, 50)],
    ["a page of a schedule that never ran", () => loadRuns(test.db, { schedule: "never" }, null, 50)],
    ["a page of a task that never ran", () => loadRuns(test.db, { task: "never", status: "FAILED" }, null, 50)],
  ])("%s", async (_what, query) => {
    const reads = await countPageReads(test.db, query);
    expect(reads.scanned).toEqual([]);
    expect(reads.pages).toBeLessThan(MOST_PAGES);
  });
});
