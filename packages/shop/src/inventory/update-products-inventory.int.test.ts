import { manualClock } from "@drumline/core/clock";
import { startTaskRun, type TestDatabase, testDatabase } from "@drumline/testing";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { AT, STOCK_GATEWAYS, stockOf, storeUnpaidOrder, storeProducts } from "../../test/stock-under-test.ts";
import { type NewMovement, recordMovements } from "./record-movements.sql.ts";
import { reservePieces, sellReserved } from "./reservations.sql.ts";
import { updateProductsInventory } from "./update-products-inventory.ts";

let store: TestDatabase;
beforeEach(async () => void (store = await testDatabase()));
afterEach(() => store.close());

let recorded = 0;
const minute = (minutes: number) => new Date(AT.getTime() + minutes * 60_000);
/** A movement of `a` at that minute after noon. */
const move = (kind: NewMovement["kind"], pieces: number | bigint, minutes = 0, sku = "a"): NewMovement => ({
  sku,
  kind,
  pieces: BigInt(pieces),
  actor: "test",
  source: "test",
  sourceRef: `${(recorded += 1)}`,
  occurredAt: minute(minutes),
});
const record = (...movements: NewMovement[]) => recordMovements(store.db, movements, AT);
const start = (options: { dryRun?: boolean; limit?: number } = {}) =>
  startTaskRun(store.db, STOCK_GATEWAYS, { clock: manualClock(minute(600)), ...options });
const apply = (options: { dryRun?: boolean; limit?: number } = {}) => updateProductsInventory(start(options).context);
const problems = async () =>
  (await store.db.problem.findMany({ orderBy: { id: "asc" } })).map(
    ({ kind, subjectKey, closedAt, note }) => `${kind} ${subjectKey} ${closedAt === null ? "open" : note}`,
  );

describe("update_products_inventory", () => {
  it("adds and takes away by the kind of a movement, and leaves what it did on record", async () => {
    await storeProducts(store.db, { a: 100 });
    await record(
      move("RECEIVED", 50),
      move("LOST", 1),
      move("DAMAGED", 2),
      move("DEFECTIVE", 3),
      move("FOUND", 4),
      move("RETURNED_SELLABLE", 5),
      move("RETURNED_UNSELLABLE", 6),
      move("SALE", 7),
      move("SALE_CANCELLED", 2),
    );
    expect(await apply()).toEqual({ applied: 9, late: 0, counts: 0, unknownSkus: 0, refusedProducts: 0 });
    expect(await stockOf(store.db)).toEqual(["a: 148 - 0"]);
    const movements = await store.db.shopMovement.findMany({ where: { source: "test", appliedAt: minute(600) } });
    expect(movements.map(({ effect, balance }) => [effect, balance])).toEqual([
      [50n, 150n],
      [-1n, 149n],
      [-2n, 147n],
      [-3n, 144n],
      [4n, 148n],
      [5n, 153n],
      [0n, 153n],
      [-7n, 146n],
      [2n, 148n],
    ]);
    expect(await apply()).toMatchObject({ applied: 0 });
    expect(await stockOf(store.db)).toEqual(["a: 148 - 0"]);
  });

  it("records a movement once, however often its source tells it", async () => {
    await storeProducts(store.db, { a: 1 });
    const movement = move("FOUND", 1);
    expect(await record(movement, move("FOUND", 1))).toBe(2);
    expect(await record(movement, { ...movement, pieces: 9n })).toBe(0);
    await apply();
    expect(await stockOf(store.db)).toEqual(["a: 3 - 0"]);
  });

  it("counts exactly beyond what a double holds, and refuses alone what no level can be", async () => {
    const odd = 2n ** 53n + 1n;
    await storeProducts(store.db, { a: odd, b: 1 });
    await record(move("FOUND", odd), move("FOUND", 2n ** 62n, 0, "b"), move("FOUND", 1, 0, "c"));
    await storeProducts(store.db, { c: 0 });
    expect(await apply()).toMatchObject({ applied: 2, refusedProducts: 1 });
    expect(await stockOf(store.db)).toEqual([`a: ${2n * odd} - 0`, "b: 1 - 0", "c: 1 - 0"]);
    expect(await problems()).toEqual(["STOCK_OUT_OF_RANGE b open"]);
    expect(await apply()).toMatchObject({ applied: 0, refusedProducts: 0 });
  });

  it("keeps texts that no database can store, as far as they can be", async () => {
    await storeProducts(store.db, { "a\ufffd😀": 1 });
    await record({
      ...move("FOUND", 1),
      sku: "a\0😀",
      reason: "half \ud83d",
      actor: "\0",
      sourceRef: "x".repeat(3_000),
    });
    expect(await apply()).toMatchObject({ applied: 1 });
  });

  it("says in a dry run what it would do, and does nothing", async () => {
    await storeProducts(store.db, { a: 5 });
    await record(move("SALE", 2, 1), move("COUNTED", 9, 2), move("SALE", 1, 3), move("LOST", 1, 0, "none"));
    expect(await apply({ dryRun: true })).toEqual({
      waiting: 4,
      wouldApply: [
        { sku: "a", kind: "SALE", effect: "-2", balance: "3" },
        { sku: "a", kind: "COUNTED", effect: "6", balance: "9" },
        { sku: "a", kind: "SALE", effect: "-1", balance: "8" },
        { sku: "none", kind: "LOST", effect: null, balance: null },
      ],
    });
    expect(await stockOf(store.db)).toEqual(["a: 5 - 0"]);
    expect(await problems()).toEqual([]);
  });

  it("applies no more than its limit, and stops where it is told to", async () => {
    await storeProducts(store.db, { a: 5 });
    await record(...Array.from({ length: 10 }, () => move("SALE", 1)));
    expect(await apply({ limit: 3 })).toMatchObject({ applied: 3 });
    const run = start();
    run.abort();
    await expect(updateProductsInventory(run.context)).rejects.toThrow("asked to stop");
    expect(await stockOf(store.db)).toEqual(["a: 2 - 0"]);
  });

  it("applies each movement once when several run at once", async () => {
    const skus = Array.from({ length: 20 }, (_, index) => `p${index}`);
    await storeProducts(store.db, Object.fromEntries(skus.map((sku) => [sku, 1_000])));
    for (let round = 0; round < 2; round += 1)
      await record(...Array.from({ length: 4_000 }, (_, index) => move("SALE", 1, round, skus[index % 20])));
    const runs = await Promise.all([apply(), apply(), apply(), apply()]);
    expect(runs.reduce((sum, { applied }) => sum + Number(applied), 0)).toBe(8_000);
    expect(await stockOf(store.db)).toEqual(skus.sort().map((sku) => `${sku}: 600 - 0`));
  });
});

describe("a count", () => {
  it("corrects the ledger of its moment, so that what happened later stays", async () => {
    await storeProducts(store.db, { a: 10 });
    await record(move("SALE", 2, 1), move("RECEIVED", 5, 30));
    await apply();
    await record(move("COUNTED", 6, 10), move("SALE", 1, 5), move("SALE", 1, 40));
    expect(await apply()).toMatchObject({ applied: 3, counts: 1 });
    // 6 lay there at 10 past; since then 5 came and 1 left.
    expect(await stockOf(store.db)).toEqual(["a: 10 - 0"]);
    expect(await store.db.shopMovement.findFirst({ where: { kind: "COUNTED" } })).toMatchObject({ effect: -1n });
  });

  it("is followed by another that was made while it was open, and not added to it", async () => {
    await storeProducts(store.db, { a: 10 });
    await record(move("COUNTED", 20, 10), move("SALE", 1, 15), move("COUNTED", 30, 20));
    await apply();
    expect(await stockOf(store.db)).toEqual(["a: 30 - 0"]);
    await record(move("COUNTED", 50, 5), move("COUNTED", 31, 20));
    expect(await apply()).toMatchObject({ late: 1 });
    expect(await stockOf(store.db)).toEqual(["a: 31 - 0"]);
  });

  it("has seen what happened before it and is told after it: that changes nothing, and somebody is told", async () => {
    await storeProducts(store.db, { a: 10 });
    await record(move("COUNTED", 8, 10));
    await apply();
    await record(move("SALE", 2, 5), move("SALE", 1, 10), move("SALE", 1, 11));
    expect(await apply()).toMatchObject({ applied: 3, late: 2 });
    expect(await stockOf(store.db)).toEqual(["a: 7 - 0"]);
    expect(await problems()).toEqual(["MOVEMENT_BEFORE_COUNT a open"]);
    await record(move("COUNTED", 7, 20));
    await apply();
    expect(await problems()).toEqual(["MOVEMENT_BEFORE_COUNT a the product was counted again"]);
  });

  it("leads to the same level in whichever order it and the movements around it arrive", async () => {
    const movements = [move("SALE", 3, 1), move("COUNTED", 40, 2), move("RECEIVED", 7, 3), move("COUNTED", 44, 4)];
    movements.push(move("SALE", 2, 5), move("DAMAGED", 1, 4));
    const levels = new Set<string>();
    for (const [index, order] of [
      [0, 1, 2, 3, 4, 5],
      [5, 4, 3, 2, 1, 0],
      [3, 0, 4, 1, 5, 2],
      [1, 4, 3, 0, 2, 5],
    ].entries()) {
      const sku = `order-${index}`;
      await storeProducts(store.db, { [sku]: 20 });
      for (const place of order) {
        await record({ ...movements[place]!, sku, sourceRef: `${sku}/${place}` });
        if (place % 2 === 0) await apply();
      }
      await apply();
      levels.add(String((await store.db.shopProduct.findUniqueOrThrow({ where: { sku } })).onHand));
    }
    expect([...levels]).toEqual(["42"]);
    expect((await stockOf(store.db)).every((stock) => stock.endsWith(": 42 - 0"))).toBe(true);
  });
});

describe("a level", () => {
  it("falls below zero where more left than was known, as a problem that ends with what was missing", async () => {
    await storeProducts(store.db, { a: 2 });
    await record(move("SALE", 5, 1));
    await apply();
    expect(await stockOf(store.db)).toEqual(["a: -3 - 0"]);
    expect(await problems()).toEqual(["STOCK_BELOW_ZERO a open"]);
    expect(await store.db.problem.findFirst()).toMatchObject({ detail: { onHand: "-3" } });
    await record(move("RECEIVED", 3, 0));
    await apply();
    expect(await problems()).toEqual(["STOCK_BELOW_ZERO a the level is not below zero any more"]);
  });

  it("takes its product off sale and puts it back, with an event for each", async () => {
    await storeProducts(store.db, { a: 2 });
    await record(move("SALE", 2, 1));
    await apply();
    expect(await store.db.shopProduct.findFirst()).toMatchObject({ isOnSale: false, soldOutAt: minute(600) });
    await store.db.shopProduct.updateMany({ data: { safety: 1n } });
    await record(move("RECEIVED", 1, 2));
    await apply();
    expect(await store.db.shopProduct.findFirst()).toMatchObject({ isOnSale: false, backInStockAt: null });
    await record(move("RECEIVED", 1, 3));
    await apply();
    await apply();
    expect(await store.db.shopProduct.findFirst()).toMatchObject({ isOnSale: true, backInStockAt: minute(600) });
    expect(await store.db.eventQueue.findMany({ orderBy: { eventType: "desc" } })).toMatchObject([
      { eventType: "shop.product.sold_out", payload: { sku: "a", available: "0" } },
      { eventType: "shop.product.back_in_stock", payload: { sku: "a", available: "1" } },
    ]);
  });

  it("ends the sale as soon as the last piece is held, and not again when it is sold", async () => {
    await storeProducts(store.db, { a: 1 });
    const order = await storeUnpaidOrder(store.db, [["a", 1]]);
    await store.db.$transaction((tx) => reservePieces(tx, order, [{ sku: "a", pieces: 1n }], AT));
    expect(await store.db.shopProduct.findFirst()).toMatchObject({ isOnSale: false, soldOutAt: AT });
    await store.db.$transaction((tx) => sellReserved(tx, [order], AT));
    expect(await store.db.eventQueue.count()).toBe(1);
  });
});

describe("a movement of a sku that no product has", () => {
  it("is a problem, keeps nobody else waiting, and is applied once when the product appears", async () => {
    await storeProducts(store.db, { a: 1 });
    await record(move("RECEIVED", 3, 0, "new"), move("RECEIVED", 4, 0, "new"), move("FOUND", 1));
    expect(await apply()).toMatchObject({ applied: 1, unknownSkus: 1 });
    expect(await apply()).toMatchObject({ applied: 0, unknownSkus: 0 });
    expect(await problems()).toEqual(["MOVEMENT_OF_UNKNOWN_SKU new open"]);
    await storeProducts(store.db, { new: 0 });
    expect(await apply()).toMatchObject({ applied: 2 });
    expect(await stockOf(store.db)).toEqual(["a: 2 - 0", "new: 7 - 0"]);
    expect(await problems()).toEqual(["MOVEMENT_OF_UNKNOWN_SKU new the product is there"]);
  });
});
