import { countPageReads, fillTable, testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { saveOrders } from "../src/clients/incoming/sales.sql.ts";
import { loadChanges } from "../src/clients/changes.sql.ts";
import { applyStagedLines, pageActiveProducts } from "../src/products/import/apply-feed.sql.ts";

const ROWS = 1_000_000;
const MOST_PAGES = 2_500;
const VENDORS = 50;

/** Without skip scan on PostgreSQL 15, which CI runs this on. */
describe(`eComNow with ${ROWS} products and orders, read by its hot queries`, () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await testDatabase({ maxConnections: 1 });
    const { db } = test;
    await db.$executeRawUnsafe(
      `INSERT INTO ecomnow_vendor (id, code, name) SELECT n, 'v' || n, 'v' FROM generate_series(1, ${VENDORS}) n`,
    );
    await db.$executeRawUnsafe(
      "INSERT INTO ecomnow_customer_integration (id, code, name, base_url) VALUES (1, 'c', 'c', 'https://c')",
    );
    const numbers = `generate_series(1, ${ROWS}) n`;
    const at = `now() - (${ROWS} - n) * interval '1 s'`;
    await fillTable(
      db,
      "ecomnow_product",
      `INSERT INTO ecomnow_product (id, vendor_id, sku, quantity, row_hash, created_at, updated_at)
       SELECT n, 1 + n % ${VENDORS}, 'S' || n, 1, md5(n::text)::uuid, ${at}, ${at} FROM ${numbers}`,
    );
    await fillTable(
      db,
      "ecomnow_order",
      `INSERT INTO ecomnow_order (number, integration_id, external_id, currency, paid_minor, placed_at, created_at, updated_at)
       SELECT 'c:' || n, 1, n::text, 'EUR', 1, ${at}, ${at}, ${at} FROM ${numbers}`,
    );
    await db.$executeRawUnsafe(
      `INSERT INTO ecomnow_feed_line (vendor_id, sku, product_id, row_hash, quantity)
       SELECT vendor_id, sku, id, md5('new')::uuid, 2 FROM ecomnow_product WHERE vendor_id = 1 ORDER BY id LIMIT 5000`,
    );
  }, 600_000);
  afterAll(() => test.close());

  const order = (no: number) => ({
    external_id: `new ${no}`,
    status: "OPEN" as const,
    currency: "EUR",
    paid_minor: 1,
    placed_at: new Date().toISOString(),
    lines: [{ sku: `S${no * 1_000}`, quantity: 1, price_minor: 1 }],
  });
  const orders = Array.from({ length: 20 }, (_, index) => order(index + 1));
  const recently = () => ({ at: new Date(Date.now() - 600_000), id: 0n });
  const endpoint = (entity: string) => ({ entity, integrationId: 1n, vendorId: null }) as never;

  it.each<[string, () => Promise<unknown>]>([
    [
      "a client's orders, whose articles are any vendor's",
      () =>
        test.db.$transaction((tx) =>
          saveOrders(tx, { integrationId: 1n, client: "c", vendorId: null }, orders as never, new Date()),
        ),
    ],
    ["changed products", () => loadChanges(test.db, endpoint("STOCK"), { after: recently(), limit: 50 })],
    ["changed orders", () => loadChanges(test.db, endpoint("ORDER"), { after: recently(), limit: 50 })],
    [
      "lines of a feed",
      () => applyStagedLines(test.db, { vendorId: 1n, kind: "STOCK", afterSku: "", size: 50, at: new Date() }),
    ],
    ["a page of a vendor's products", () => pageActiveProducts(test.db, { vendorId: 1n, afterSku: "", size: 100 })],
  ])("%s", async (_what, query) => {
    const reads = await countPageReads(test.db, query);
    expect(reads.scanned).toEqual([]);
    expect(reads.pages).toBeLessThan(MOST_PAGES);
  });
});
