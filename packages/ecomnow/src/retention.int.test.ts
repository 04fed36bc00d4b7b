import { randomUUID } from "node:crypto";

import { afterAll, beforeAll, expect, it } from "@jest/globals";

import { deleteOldRecords } from "@drumline/db";
import { testDatabase, type TestDatabase } from "@drumline/testing";

import { toEcomnowRetention } from "./retention.ts";

const BEFORE = new Date("2026-06-01T00:00:00Z");
const OLD = new Date("2026-05-01T00:00:00Z");
const YOUNG = new Date("2026-07-01T00:00:00Z");

let store: TestDatabase;
beforeAll(async () => void (store = await testDatabase()));
afterAll(() => store.close());

async function clean(): Promise<Record<string, number>> {
  const deleted: Record<string, number> = {};
  const { signal } = new AbortController();
  for (const rule of toEcomnowRetention({ exchangeLogRetentionDays: 1, feedBadLineRetentionDays: 1 }))
    deleted[rule.table] = await deleteOldRecords(store.db, rule, {
      before: BEFORE,
      at: BEFORE,
      batchSize: 1,
      limit: 1e6,
      signal,
    });
  return deleted;
}

it("lets records of exchanges go, and the bad lines of old feeds but those of a vendor's last feed", async () => {
  const client = await store.db.ecomnowCustomerIntegration.create({
    data: {
      code: "acme",
      name: "Acme",
      baseUrl: "http://acme",
      endpoints: { create: { entity: "ORDER", direction: "IN", path: "/orders" } },
    },
    include: { endpoints: true },
  });
  const endpointId = client.endpoints[0]!.id;
  const exchange = { endpointId, runId: randomUUID(), isOk: true, pages: 1, records: 1, failed: 0, durationMs: 1 };
  await store.db.ecomnowCustomerIntegrationLog.createMany({
    data: [OLD, OLD, YOUNG].map((at) => ({ ...exchange, at })),
  });
  const vendor = await store.db.ecomnowVendor.create({ data: { code: "v", name: "V" } });
  const other = await store.db.ecomnowVendor.create({ data: { code: "w", name: "W" } });
  for (const [vendorId, finishedAt] of [
    [vendor.id, OLD],
    [vendor.id, OLD],
    [other.id, null],
    [other.id, YOUNG],
  ] as const) {
    const lines = [1n, 2n].map((lineNo) => ({ lineNo, code: "C", reason: "r", excerpt: "e" }));
    await store.db.ecomnowFeedImport.create({
      data: {
        vendorId,
        runId: randomUUID(),
        status: "APPLIED",
        startedAt: OLD,
        finishedAt,
        badLines: { create: lines },
      },
    });
  }
  expect(await clean()).toEqual({ ecomnow_customer_integration_log: 2, ecomnow_feed_bad_line: 2 });
  expect(await store.db.ecomnowFeedBadLine.count()).toBe(6);
  expect(await store.db.ecomnowFeedImport.count()).toBe(4);
});
