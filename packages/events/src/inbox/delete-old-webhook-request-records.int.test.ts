import { DAY_MS, manualClock } from "@drumline/core/clock";
import { Prisma } from "@drumline/db";
import { startTaskRun, type TestDatabase, testDatabase } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { receiveWebhook } from "./receive-webhook.ts";
import { deleteOldWebhookRequestRecords } from "./delete-old-webhook-request-records.ts";

const NOW = new Date("2026-11-20T12:00:00Z");

let store: TestDatabase;
beforeAll(async () => {
  store = await testDatabase();
});
afterAll(() => store.close());
beforeEach(() => store.db.webhookRequest.deleteMany());

const addRequests = (count: number, status: string, daysAgo: number) =>
  store.db.$executeRaw(Prisma.sql`
    INSERT INTO webhook_request (source, event_uuid, body, status, created_at)
    SELECT 'omnitron.orders', gen_random_uuid()::text, '{}', ${status}, ${new Date(NOW.getTime() - daysAgo * DAY_MS)}
    FROM generate_series(1, ${count}::int)`);
const settings = { webhookRequestDays: 7, failedWebhookRequestDays: 30, webhookRequestBatch: 5_000 };
const run = (options = {}) =>
  deleteOldWebhookRequestRecords(startTaskRun(store.db, { settings }, { clock: manualClock(NOW), ...options }).context);

describe("delete_old_webhook_request_records", () => {
  it("deletes what was done a week ago, and what failed or was never finished a month ago", async () => {
    for (const status of ["DONE", "FAILED", "RECEIVED"])
      for (const daysAgo of [6.9, 7.1, 29.9, 30.1]) await addRequests(1, status, daysAgo);
    expect(await run()).toEqual({ deleted: 5, finished: true });
    const left = await store.db.webhookRequest.groupBy({ by: ["status"], _count: true, orderBy: { status: "asc" } });
    expect(left.map(({ status, _count }) => [status, _count])).toEqual([
      ["DONE", 1],
      ["FAILED", 3],
      ["RECEIVED", 3],
    ]);
    expect(await run()).toEqual({ deleted: 0, finished: true });
  });

  it("deletes no more than 5,000 in one run, the oldest first", async () => {
    await addRequests(10, "DONE", 9);
    await addRequests(5_000, "DONE", 10);
    expect(await run()).toEqual({ deleted: 5_000, finished: false });
    const oldest = await store.db.webhookRequest.aggregate({ _min: { createdAt: true }, _count: true });
    expect(oldest).toEqual({ _min: { createdAt: new Date(NOW.getTime() - 9 * DAY_MS) }, _count: 10 });
    expect(await run({ limit: 4 })).toEqual({ deleted: 4, finished: false });
  });

  it("closes what is open about a failed one with its record", async () => {
    for (const daysAgo of [31, 29]) {
      const webhook = { source: "omnitron.orders", eventUuid: `${daysAgo} days ago`, headers: {}, body: {} };
      const at = new Date(NOW.getTime() - daysAgo * DAY_MS);
      await expect(receiveWebhook(store.db, webhook, at, () => Promise.reject(new Error("bad")))).rejects.toThrow(
        "bad",
      );
    }
    await run();
    expect(await store.db.problem.findMany({ orderBy: { id: "asc" } })).toMatchObject([
      { subjectKey: "omnitron.orders 31 days ago", closedAt: NOW, note: "its record was deleted" },
      { subjectKey: "omnitron.orders 29 days ago", closedAt: null },
    ]);
  });

  it("lists the first hundred in a dry run and deletes none", async () => {
    await addRequests(130, "DONE", 9);
    const result = await run({ dryRun: true });
    expect(result).toMatchObject({ outdated: 130 });
    expect(result["wouldDelete"]).toHaveLength(100);
    expect(await store.db.webhookRequest.count()).toBe(130);
  });
});
