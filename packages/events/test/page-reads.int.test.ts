import { randomUUID } from "node:crypto";

import { countPageReads, fillTable, testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { claimDeliveries, findDueWebhooks } from "../src/deliveries/claim-deliveries.sql.ts";
import { dispatchEvents } from "../src/dispatcher/dispatch-events.sql.ts";

const ROWS = 1_000_000;
const MOST_PAGES = 2_500;
const LATEST = 500;

/** Without skip scan on PostgreSQL 15, which CI runs this on. */
describe(`an outbox of ${ROWS} events, read by its hot queries`, () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await testDatabase({ maxConnections: 1 });
    const { db } = test;
    await db.$executeRawUnsafe(
      "INSERT INTO webhook (id, owner, target_url, event_type) VALUES (1, 'a', 'https://a', '*')",
    );
    const at = `now() - (${ROWS} - n) * interval '1 s'`;
    const tables: Record<string, string> = {
      event_queue: `(id, event_type, entity_type, entity_id, payload, created_at, modified_at, processed_at)
        SELECT gen_random_uuid(), 'package.state', 'package', n, '{}', ${at}, ${at}, CASE WHEN NOT n > ${ROWS} - ${LATEST} THEN ${at} END
        FROM generate_series(1, ${ROWS}) n`,
      webhook_delivery: `(event_id, webhook_id, status, next_attempt_at, created_at)
        SELECT id, 1, (CASE WHEN entity_id > ${ROWS} - ${2 * LATEST} THEN 'PENDING' ELSE 'DELIVERED' END)::delivery_status, created_at, created_at
        FROM event_queue WHERE processed_at IS NOT NULL`,
    };
    for (const [table, columns] of Object.entries(tables))
      await fillTable(db, table, `INSERT INTO ${table} ${columns}`);
  }, 600_000);
  afterAll(() => test.close());

  const now = new Date(Date.now() + 60_000);
  it.each<[string, () => Promise<unknown>]>([
    ["events to dispatch", () => dispatchEvents(test.db, { untouchedSince: null, now, limit: 20 })],
    ["subscriptions with something due", () => findDueWebhooks(test.db, now, "all")],
    ["subscriptions with a first attempt due", () => findDueWebhooks(test.db, now, "unanswered")],
    [
      "deliveries due",
      () =>
        claimDeliveries(test.db, {
          webhookId: 1n,
          token: randomUUID(),
          dueBy: now,
          at: now,
          leaseSeconds: 60,
          limit: 20,
        }),
    ],
  ])("%s", async (_what, query) => {
    const reads = await countPageReads(test.db, query);
    expect(reads.scanned).toEqual([]);
    expect(reads.pages).toBeLessThan(MOST_PAGES);
  });
});
