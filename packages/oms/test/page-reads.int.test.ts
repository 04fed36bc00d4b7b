import { randomUUID } from "node:crypto";

import { countPageReads, fillTable, testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { claimWaitingOrders, countWaitingOrders } from "../src/planning/fulfilment/claim-orders.sql.ts";
import { claimMessages } from "../src/messages/messages.sql.ts";
import { claimReplanOrders } from "../src/planning/replanning/claim-replans.sql.ts";
import { claimDueShipments } from "../src/shipments/claim-shipments.sql.ts";

const ROWS = 1_000_000;
const MOST_PAGES = 2_500;
const LATEST = 500;
/** Approved and planned: their store has not begun yet. */
const PLANNED = 50_000;

/** Without skip scan on PostgreSQL 15, which CI runs this on. */
describe(`an OMS with ${ROWS} orders, read by its hot queries`, () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await testDatabase({ maxConnections: 1 });
    const { db } = test;
    await db.$executeRawUnsafe("INSERT INTO channel (id, omnitron_id, name) VALUES (1, 1, 'olist')");
    const numbers = `generate_series(1, ${ROWS}) n`;
    const isLatest = `n > ${ROWS} - ${LATEST}`;
    const isApproved = `n > ${ROWS} - ${LATEST} - ${PLANNED}`;
    const at = `now() - (${ROWS} - n) * interval '1 s'`;
    const tables: Record<string, string> = {
      orders: `(id, omnitron_id, number, channel_id, state, remote_status, currency, amount_minor, address, placed_at, remote_modified_at, payload, has_plan)
        SELECT n, n, n::text, 1, (CASE WHEN ${isApproved} THEN 'APPROVED' ELSE 'DELIVERED' END)::order_state, '400', 'BRL', 1, '{}', ${at}, ${at}, '{}', NOT ${isLatest} FROM ${numbers}`,
      order_item: `(id, order_id, omnitron_id, product_id, quantity, state, price_minor)
        SELECT n, n, n, 1 + n % 1000, 1, 'APPROVED', 1 FROM ${numbers}`,
      order_execution_plan: `(id, order_id, state) SELECT n, n, 'PENDING' FROM ${numbers} WHERE NOT ${isLatest}`,
      package: `(id, number, order_id, plan_id, location_id, state, next_replan_at)
        SELECT n, n::text, n, n, 1, (CASE WHEN n % 5000 = 0 THEN 'NEEDS_REPLAN' ELSE 'DELIVERED' END)::package_state, ${at} FROM ${numbers}`,
      package_item: `(id, package_id, order_item_id, quantity, state) SELECT n, n, n, 1, 'WAITING' FROM ${numbers}`,
      shipment: `(id, package_id, carrier_code, tracking_number, status, next_poll_at, created_at)
        SELECT n, n, 'POST', n::text, (CASE WHEN ${isLatest} THEN 'SHIPPING' ELSE 'DELIVERED' END)::shipment_status, ${at}, ${at} FROM ${numbers}`,
      omnitron_message: `(order_id, event_id, path, body, created_at, next_attempt_at, sent_at)
        SELECT n, gen_random_uuid(), '/', '{}', ${at}, ${at}, CASE WHEN NOT ${isLatest} THEN ${at} END FROM ${numbers}`,
    };
    for (const [table, columns] of Object.entries(tables))
      await fillTable(db, table, `INSERT INTO ${table} ${columns}`);
  }, 600_000);
  afterAll(() => test.close());

  const now = new Date(Date.now() + 60_000);
  it.each<[string, () => Promise<unknown>]>([
    ["orders to plan", () => claimWaitingOrders(test.db, randomUUID(), 20, [])],
    ["count of orders to plan", () => countWaitingOrders(test.db, 100)],
    [
      "packages to plan again",
      () => claimReplanOrders(test.db, randomUUID(), { states: ["NEEDS_REPLAN"], now }, 20, []),
    ],
    [
      "shipments to poll",
      () => claimDueShipments(test.db, "packages", { runId: randomUUID(), now, limit: 20, excluded: [] }),
    ],
    ["what Omnitron is to be told", () => claimMessages(test.db, randomUUID(), now, 20)],
  ])("%s", async (_what, query) => {
    const reads = await countPageReads(test.db, query);
    expect(reads.scanned).toEqual([]);
    expect(reads.pages).toBeLessThan(MOST_PAGES);
  });
});
