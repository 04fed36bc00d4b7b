import { manualClock } from "@drumline/core/clock";
import { startTaskRun, type TestDatabase, testDatabase } from "@drumline/testing";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { AT, STOCK_GATEWAYS, stockOf, storeProducts } from "../../test/stock-under-test.ts";
import { recordMovements } from "./record-movements.sql.ts";
import { correctMovements, reconcileStock } from "./reconcile-stock.ts";
import { updateProductsInventory } from "./update-products-inventory.ts";

let store: TestDatabase;
beforeEach(async () => void (store = await testDatabase()));
afterEach(() => store.close());

const clock = manualClock(AT);
const reconcile = (options: { dryRun?: boolean } = {}) => {
  clock.advance(86_400_000);
  return reconcileStock(startTaskRun(store.db, {}, { clock, ...options }).context);
};
const problems = async () =>
  (await store.db.problem.findMany({ orderBy: { id: "asc" } })).map(
    ({ kind, subjectKey, closedAt, note }) => `${kind} ${subjectKey} ${closedAt === null ? "open" : note}`,
  );
const moveLevel = (sku: string, onHand: bigint) => store.db.shopProduct.update({ where: { sku }, data: { onHand } });
const correct = (sku: string) =>
  correctMovements(store.db, { sku, actor: "ann", reason: "restored from a backup", at: clock.now() });

describe("reconcile_stock", () => {
  it("finds nothing where every level is the sum of its movements", async () => {
    await storeProducts(store.db, { a: 5, b: 0 });
    expect(await reconcile()).toEqual({ products: 2, differences: [] });
  });

  it("tells a difference, mends nothing, and closes the problem where it is gone", async () => {
    await storeProducts(store.db, { a: 5, b: 3 });
    await moveLevel("a", 2n ** 53n + 1n);
    const differences = [{ sku: "a", onHand: "9007199254740993", movements: "5" }];
    expect(await reconcile({ dryRun: true })).toEqual({ products: 2, differences });
    expect(await problems()).toEqual([]);
    expect(await reconcile()).toEqual({ products: 2, differences });
    expect(await stockOf(store.db)).toEqual(["a: 9007199254740993 - 0, but its movements say 5", "b: 3 - 0"]);
    expect(await problems()).toEqual(["STOCK_DIFFERS a open"]);
    await moveLevel("a", 5n);
    await reconcile();
    expect(await problems()).toEqual(["STOCK_DIFFERS a the level is the sum of the movements again"]);
  });
});

describe("a movement that closes the gap", () => {
  it("is written once, by a person, and leaves the level as it is", async () => {
    await storeProducts(store.db, { a: 5 });
    await moveLevel("a", 2n);
    await reconcile();
    expect(await correct("a")).toMatchObject({ onHand: 2n, movements: 5n });
    expect(await correct("a")).toMatchObject({ onHand: 2n, movements: 2n });
    expect(await correct("none")).toBeNull();
    expect(await stockOf(store.db)).toEqual(["a: 2 - 0"]);
    expect(await store.db.shopMovement.findMany({ where: { kind: "CORRECTION" } })).toMatchObject([
      { effect: -3n, quantity: 3n, actor: "ann", reason: "restored from a backup" },
    ]);
    expect(await problems()).toEqual(["STOCK_DIFFERS a a movement closed the gap"]);
  });

  it("is no piece that moved for a count which is told later", async () => {
    await storeProducts(store.db, { a: 5 });
    await moveLevel("a", 8n);
    await correct("a");
    const count = { sku: "a", kind: "COUNTED", pieces: 4n, actor: "ann", source: "test", sourceRef: "count" } as const;
    await recordMovements(store.db, [{ ...count, occurredAt: AT }], AT);
    await updateProductsInventory(startTaskRun(store.db, STOCK_GATEWAYS, { clock }).context);
    expect(await stockOf(store.db)).toEqual(["a: 4 - 0"]);
  });
});
