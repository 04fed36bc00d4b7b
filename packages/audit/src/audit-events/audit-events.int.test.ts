import { DAY_MS, manualClock } from "@drumline/core/clock";
import { Prisma } from "@drumline/db";
import { startTaskRun, type TaskRun, type TestDatabase, testDatabase } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { archiveOldAuditEvents } from "./archive-old-audit-events.ts";
import { recordAuditEvents } from "./record-audit-events.sql.ts";
import type { ArchiveSettings } from "./settings.ts";

const NOW = new Date("2026-11-20T12:30:00Z");

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.db.auditEvent.deleteMany();
  await database.db.archivedAuditEvent.deleteMany();
});

type ArchiveRun = TaskRun<{ older_than: number }, { readonly settings: ArchiveSettings }>;

const addEvents = (count: number, daysAgo: number) =>
  database.db.$executeRaw(Prisma.sql`
    INSERT INTO audit_event (id, timestamp, actor, entity_type, entity_id, content)
    SELECT gen_random_uuid(), ${new Date(NOW.getTime() - daysAgo * DAY_MS)}::timestamptz - n * interval '1 second',
      'someone', 'package', n::text, jsonb_build_object('n', n)
    FROM generate_series(1, ${count}::int) n`);

const runWith = (overrides: Partial<ArchiveSettings>, options = {}): ArchiveRun => {
  const settings = { archiveChunkRows: 5_000, archiveBudgetSeconds: 3_600, ...overrides };
  return startTaskRun(database.db, { settings }, { clock: manualClock(NOW), args: { older_than: 120 }, ...options });
};
const archive = ({ context }: ArchiveRun) => archiveOldAuditEvents(context);
const counts = async () => [await database.db.auditEvent.count(), await database.db.archivedAuditEvent.count()];

describe("archive_old_audit_events", () => {
  it("moves what is older than 120 days, as it was, and leaves the rest; a second run moves nothing", async () => {
    await addEvents(250, 120);
    await addEvents(30, 119);
    const before = await database.db.auditEvent.findMany({
      where: { timestamp: { lte: new Date(NOW.getTime() - 120 * DAY_MS) } },
      orderBy: { id: "asc" },
    });
    expect(await archive(runWith({ archiveChunkRows: 100 }))).toEqual({
      before: "2026-07-23T12:30:00.000Z",
      archived: 250,
      finished: true,
    });
    const archived = await database.db.archivedAuditEvent.findMany({ orderBy: { id: "asc" } });
    expect(archived).toEqual(before.map((event) => ({ ...event, archivedAt: NOW })));
    expect(await archive(runWith({}))).toMatchObject({ archived: 0, finished: true });
    expect(await counts()).toEqual([30, 250]);
  });

  it("stopped in the middle has lost and doubled nothing, and the next run goes on there", async () => {
    await addEvents(500, 130);
    const run = runWith({ archiveChunkRows: 100 });
    const progress = (done: number) => {
      if (done === 200) run.abort();
    };
    await expect(archive({ ...run, context: { ...run.context, progress } })).rejects.toThrow("asked to stop");
    expect(await counts()).toEqual([300, 200]);
    expect(await archive(runWith({ archiveChunkRows: 100 }))).toMatchObject({ archived: 300, finished: true });
    expect(await counts()).toEqual([0, 500]);
  });

  it("ends at its time budget and at its limit, and says that it is not finished", async () => {
    await addEvents(500, 130);
    expect(await archive(runWith({ archiveChunkRows: 100, archiveBudgetSeconds: 0 }))).toMatchObject({
      archived: 100,
      finished: false,
    });
    expect(await archive(runWith({ archiveChunkRows: 100 }, { limit: 150 }))).toMatchObject({
      archived: 150,
      finished: false,
    });
    expect(await counts()).toEqual([250, 250]);
  });

  it("run by three at once moves each event once", async () => {
    await addEvents(2_000, 130);
    const results = await Promise.all([1, 2, 3].map(() => archive(runWith({ archiveChunkRows: 100 }))));
    expect(results.reduce((sum, { archived }) => sum + Number(archived), 0)).toBe(2_000);
    expect(await counts()).toEqual([0, 2_000]);
  });

  it("takes an event that is in the archive already out of the table", async () => {
    await addEvents(1, 130);
    const event = await database.db.auditEvent.findFirstOrThrow();
    await database.db.archivedAuditEvent.create({ data: { ...event, content: {}, archivedAt: NOW } });
    expect(await archive(runWith({}))).toMatchObject({ archived: 1 });
    expect(await counts()).toEqual([0, 1]);
  });

  it("lists the first hundred in a dry run, counts all, and moves none", async () => {
    await addEvents(130, 130);
    const result = await archive(runWith({}, { dryRun: true }));
    expect(result).toMatchObject({ old: 130 });
    expect(result["wouldArchive"]).toHaveLength(100);
    expect(await counts()).toEqual([130, 0]);
  });
});

describe("recordAuditEvents", () => {
  it("keeps who, where and what, without secrets, and only when its transaction is committed", async () => {
    const event = {
      timestamp: NOW,
      actor: "api",
      remoteAddr: "127.0.0.1",
      url: "/whisperer/hooks",
      entityType: "webhook",
      entityId: "1",
      content: { target_url: "https://example.com", secret_key: "whsec_x" },
    };
    const failing = database.db.$transaction(async (tx) => {
      await recordAuditEvents(tx, [event]);
      throw new Error("rolled back");
    });
    await expect(failing).rejects.toThrow("rolled back");
    expect(await database.db.auditEvent.count()).toBe(0);

    await recordAuditEvents(database.db, [event, { ...event, remoteAddr: null, url: "x".repeat(2_000) }]);
    const [kept, long] = await database.db.auditEvent.findMany({
      orderBy: { remoteAddr: { sort: "asc", nulls: "last" } },
    });
    expect(kept).toMatchObject({ ...event, content: { target_url: "https://example.com", secret_key: "[removed]" } });
    expect(long!.url).toHaveLength(1_000);
  });
});
