import { randomUUID } from "node:crypto";

import { defineTask } from "@drumline/core/task";
import type { Database } from "@drumline/db";
import { countPageReads, fillTable, testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { z } from "zod";

import { insertRuns } from "../src/ledger/insert-runs.sql.ts";
import { newRunOf } from "../src/ledger/new-run.ts";
import { countRuns } from "../src/ledger/count-runs.sql.ts";
import { loadRuns } from "../src/ledger/read-runs.sql.ts";
import type { RunFilter } from "../src/ledger/run-filter.sql.ts";
import { loadOldestOpenRuns } from "../src/liveness/late-runs.sql.ts";
import { loadSilentRuns } from "../src/repair/silent-runs.sql.ts";
import { loadDeadlyRuns, loadRecentDeaths } from "../src/liveness/worker-deaths.sql.ts";
import { claimOwedPings } from "../src/pings/owed-pings.sql.ts";
import { claimRuns } from "../src/run/claim-runs.sql.ts";
import { reapDeadRuns } from "../src/run/reap-dead-runs.sql.ts";
import { type EndedRun, releaseHeld, saveEndings } from "../src/run/endings.sql.ts";
import { type HeldLease, renewLeases } from "../src/run/renew-leases.sql.ts";
import { loadOpenRuns, loadWaitingConfigurations } from "../src/tick/open-runs.sql.ts";

const ROWS = 1_000_000;
const MOST_PAGES = 1_500;
const SCHEDULES = 40;

/** What no run is, by one filter after the other: who asks for it must not wait for a walk over all runs. */
const NO_RUNS: readonly RunFilter[] = [
  { queue: "shop" },
  { queue: "shop", status: "FINISHED" },
  { queue: "shop", status: ["FAILED", "TIMED_OUT"] },
  { queue: "shop", by: "due" },
  { task: "never" },
  { task: "never", status: "FINISHED" },
  { schedule: "never", status: "FINISHED" },
  { status: "CANCELLED" },
  { status: ["SKIPPED", "MISSED"] },
  { origin: ["CHUNK"] },
  { origin: ["MANUAL", "WEBHOOK"] },
  { origin: ["CHUNK"], status: "FINISHED" },
  { error: "nobody said this" },
  { error: "zz" },
  { q: "nobody said this" },
  { args: { path: ["country"], value: "DE" } },
  { fingerprint: "0".repeat(32) },
  { ids: [randomUUID()] },
];

/** Without skip scan on PostgreSQL 15, which CI runs this on. */
describe(`the ledger with ${ROWS} runs, read by its hot queries`, () => {
  let test: TestDatabase;
  let scheduleIds: string[];
  let waiting: string[];
  let held: { readonly id: string; readonly token: string }[];
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
    held = await db.$queryRaw`
      UPDATE run SET lease_token = gen_random_uuid() WHERE status = 'PROCESSING' RETURNING id, lease_token AS token`;
    waiting = (await db.run.findMany({ where: { status: "SCHEDULED" }, select: { id: true }, take: 20 })).map(
      ({ id }) => id,
    );
  }, 600_000);
  afterAll(() => test.close());

  const claims = () => waiting.map((runId) => ({ runId, leaseToken: randomUUID() }));
  it.each<[string, () => Promise<unknown>]>([
    ["claim", () => claimRuns(test.db, claims(), { worker: "w", leaseMs: 1_000 })],
    ["new runs", () => insertRuns(test.db, Array.from({ length: RUNS }, toNewRun))],
    ["renewal of leases", () => renewLeases(test.db, held.slice(0, RUNS).map(toLease), 3_600_000)],
    ["ends", () => saveEndings(test.db, held.slice(0, RUNS).map(toLease).map(toEnded))],
    ["silent runs", () => loadSilentRuns(test.db, 15_000, 100)],
    ["release of held runs, all", () => releaseHeld(test.db, null)],
    ["release of held runs, some", () => releaseHeld(test.db, scheduleIds.slice(0, 5))],
    ["expired leases", () => reapDeadRuns(test.db, 100)],
    ["runs that killed their worker", () => loadDeadlyRuns(test.db)],
    ["deaths of workers", () => loadRecentDeaths(test.db)],
    ["pings owed for runs that died", () => claimOwedPings(test.db)],
    ["oldest open runs", () => loadOldestOpenRuns(test.db)],
    ["open runs of schedules", () => loadOpenRuns(test.db, scheduleIds)],
    ["waiting configurations", () => loadWaitingConfigurations(test.db, ["config 1", "config 2"])],
    ["a page of runs", () => loadRuns(test.db, {}, null, 50)],
    ["a page of a status", () => loadRuns(test.db, { status: "FAILED" }, null, 50)],
    ["a page of a task", () => loadRuns(test.db, { task: "task.7" }, null, 50)],
    ["a page of a schedule", () => loadRuns(test.db, { schedule: "key-7" }, null, 50)],
    ["a page of a schedule that never ran", () => loadRuns(test.db, { schedule: "never" }, null, 50)],
    ["a page of a task that never ran", () => loadRuns(test.db, { task: "never", status: "FAILED" }, null, 50)],
    ["a page of a queue", () => loadRuns(test.db, { queue: "oms" }, null, 50)],
    ...NO_RUNS.map((filter): [string, () => Promise<unknown>] => [
      `a page of none: ${JSON.stringify(filter)}`,
      async () => expect(await loadRuns(test.db, filter, null, 50)).toEqual([]),
    ]),
    ...NO_RUNS.map((filter): [string, () => Promise<unknown>] => [
      `a count of none: ${JSON.stringify(filter)}`,
      async () => expect(await countRuns(test.db, filter, new Date())).toMatchObject({ count: 0 }),
    ]),
  ])("%s", async (_what, query) => {
    const reads = await countPageReads(test.db, query);
    expect(reads.scanned).toEqual([]);
    expect(reads.pages).toBeLessThan(MOST_PAGES);
  });
});

const WAITING = 20_000;
const RUNS = 20;
/** A run is looked up, changed, and put into each index anew, which takes about 40. A walk over all that wait takes 500. */
const MOST_PAGES_PER_RUN = 100;

const INSERT_FINISHED = `
  INSERT INTO run (id, task, queue, origin, status, timeout_ms, due_at, finished_at)
  SELECT gen_random_uuid(), 'test.young', 'oms', 'SCHEDULE', 'FINISHED', 60000, now(), now() FROM generate_series(1, 100)`;
const INSERT_WAITING = `
  INSERT INTO run (id, task, queue, origin, status, timeout_ms, due_at, dedupe_key, dispatched_at)
  SELECT gen_random_uuid(), 'test.young', 'oms', 'SCHEDULE', 'SCHEDULED', 60000, now(), 'config ' || n, now()
  FROM generate_series(1, ${WAITING}) n ORDER BY random()`;

/** The planner must not choose another way because of what it does not know yet: a burst comes before its statistics. */
describe.each<[string, readonly string[]]>([
  ["was never analysed", [INSERT_WAITING]],
  ["was analysed while nothing waited", [INSERT_FINISHED, "ANALYZE run", INSERT_WAITING]],
  ["is analysed", [INSERT_FINISHED, INSERT_WAITING, "ANALYZE run"]],
])(`a ledger where ${WAITING} runs wait, which %s`, (_what, filling) => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await testDatabase({ maxConnections: 1 });
    await test.db.$executeRawUnsafe("ALTER TABLE run SET (autovacuum_enabled = false)");
    for (const statement of filling) await test.db.$executeRawUnsafe(statement);
  }, 600_000);
  afterAll(() => test.close());

  const loadWaiting = async (count: number) => {
    const rows = await test.db.run.findMany({ where: { status: "SCHEDULED" }, select: { id: true }, take: count });
    return rows.map(({ id }) => toLease({ id, token: randomUUID() }));
  };
  const claimSome = async (count: number) => {
    const leases = await loadWaiting(count);
    await claim(test.db, leases);
    return leases;
  };

  /** What it prepares is not counted, what it returns is. */
  const prepared: Readonly<Record<string, (count: number) => Promise<() => Promise<unknown[]>>>> = {
    claim: async (count) => {
      const leases = await loadWaiting(count);
      return () => claim(test.db, leases);
    },
    renewal: async (count) => {
      const leases = await claimSome(count);
      return () => renewLeases(test.db, leases, 60_000);
    },
    end: async (count) => {
      const ended = (await claimSome(count)).map(toEnded);
      return async () => [...(await saveEndings(test.db, ended)).recorded];
    },
    insert: (count) => Promise.resolve(() => insertRuns(test.db, Array.from({ length: count }, toNewRun))),
  };

  it.each(Object.keys(prepared).flatMap((name) => [1, RUNS].map((count) => [name, count] as const)))(
    "reads few pages for the %s of %d",
    async (name, count) => {
      const work = await prepared[name]!(count);
      let done: unknown[] = [];
      const reads = await countPageReads(test.db, async () => (done = await work()), ["run"]);
      expect(done.filter((each) => each !== null && each !== "lost")).toHaveLength(count);
      expect(reads.scanned).toEqual([]);
      expect(reads.pages / count).toBeLessThan(MOST_PAGES_PER_RUN);
    },
  );
});

const LINE = { no: 1, at: new Date(), level: "info", message: "works", fields: {} } as const;

const task = defineTask({
  name: "test.young",
  queue: "oms",
  summary: "Waits.",
  args: z.strictObject({}),
  timeoutMs: 60_000,
  built: true,
});

const toNewRun = () => newRunOf(task, { id: randomUUID(), args: {}, origin: "SCHEDULE", dueAt: new Date() });

const toLease = ({ id, token }: { readonly id: string; readonly token: string }): HeldLease => ({
  id,
  token,
  progress: { done: 1 },
  lines: [LINE],
});

const toEnded = ({ id, token, lines }: HeldLease): EndedRun => ({
  id,
  token,
  lines,
  isHelper: false,
  ending: { kind: "FINISHED", result: {} },
  progress: null,
  problems: [],
  problemCount: 0,
});

const claim = (db: Database, leases: readonly { readonly id: string; readonly token: string }[]) =>
  claimRuns(
    db,
    leases.map(({ id, token }) => ({ runId: id, leaseToken: token })),
    { worker: "w", leaseMs: 60_000 },
  );
