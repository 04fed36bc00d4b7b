import { Prisma } from "@drumline/db";
import { startTaskRun, type TestDatabase, testDatabase } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { recordMovements } from "../src/inventory/record-movements.sql.ts";
import { reconcileStock } from "../src/inventory/reconcile-stock.ts";
import { updateProductsInventory } from "../src/inventory/update-products-inventory.ts";
import { hasOnlineRetail, readOnlineRetail } from "./online-retail.ts";
import { AT, STOCK_GATEWAYS } from "./stock-under-test.ts";

/** All 260,233 with DRUMLINE_WHOLE_DATA=true. */
const LINES = process.env["DRUMLINE_WHOLE_DATA"] === "true" ? Infinity : 10_000;

let store: TestDatabase;
beforeAll(async () => void (store = await testDatabase()));
afterAll(() => store.close());

/** Records every line, and makes a product of every sku that has none. Answers how many lines were new. */
async function replay(): Promise<number> {
  let recorded = 0;
  for await (const block of readOnlineRetail(LINES)) {
    recorded += await recordMovements(store.db, block, AT);
    await updateProductsInventory(startTaskRun(store.db, STOCK_GATEWAYS).context);
  }
  await store.db.$executeRaw(Prisma.sql`
    INSERT INTO shop_product (sku, title, created_at, updated_at)
    SELECT DISTINCT sku, sku, ${AT}::timestamptz, ${AT}::timestamptz FROM shop_movement
    WHERE sku NOT IN (SELECT sku FROM shop_product WHERE sku IS NOT NULL)`);
  await updateProductsInventory(startTaskRun(store.db, STOCK_GATEWAYS).context);
  return recorded;
}

/** What the lines themselves say, added up by the test. */
async function expectedLevels(): Promise<Map<string, bigint>> {
  const levels = new Map<string, bigint>();
  for await (const block of readOnlineRetail(LINES))
    for (const { sku, kind, pieces } of block)
      levels.set(sku, (levels.get(sku) ?? 0n) + (kind === "RETURNED_SELLABLE" ? pieces : -pieces));
  return levels;
}

const levels = async () =>
  new Map((await store.db.shopProduct.findMany()).map(({ sku, onHand }) => [sku, onHand] as const));

(hasOnlineRetail || process.env["CI"] === "true" ? describe : describe.skip)("the lines of a real shop", () => {
  it("add up to the stock of every product, with cancellations and odd quantities, and change nothing by a second replay", async () => {
    const expected = await expectedLevels();
    expect(await replay()).toBeGreaterThanOrEqual(10_000);
    expect(await levels()).toEqual(expected);
    expect(await reconcileStock(startTaskRun(store.db, {}).context)).toMatchObject({
      products: expected.size,
      differences: [],
    });
    expect(await replay()).toBe(0);
    expect(await levels()).toEqual(expected);
    const [waiting] = await store.db.$queryRaw<[{ count: number }]>(Prisma.sql`
      SELECT count(*)::int AS count FROM shop_movement WHERE applied_at IS NULL`);
    expect(waiting.count).toBe(0);
  }, 600_000);
});
