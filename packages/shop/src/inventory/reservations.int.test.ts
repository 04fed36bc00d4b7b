import { type TestDatabase, testDatabase } from "@drumline/testing";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { AT, stockOf, storeUnpaidOrder, storeProducts } from "../../test/stock-under-test.ts";
import { releaseReserved, reservePieces, sellReserved, type WantedPieces } from "./reservations.sql.ts";

let store: TestDatabase;
beforeEach(async () => void (store = await testDatabase({ maxConnections: 20 })));
afterEach(() => store.close());

const want = (sku: string, pieces: number | bigint): WantedPieces => ({ sku, pieces: BigInt(pieces) });
const reserve = (orderId: bigint, ...lines: WantedPieces[]) =>
  store.db.$transaction((tx) => reservePieces(tx, orderId, lines, AT));
const sell = (...orderIds: bigint[]) => store.db.$transaction((tx) => sellReserved(tx, orderIds, AT));
const release = (...orderIds: bigint[]) => store.db.$transaction((tx) => releaseReserved(tx, orderIds, AT));

describe("the last five pieces", () => {
  it("are sold five times to fifty who ask at once", async () => {
    await storeProducts(store.db, { lamp: 5 });
    const orders = await Promise.all(Array.from({ length: 50 }, () => storeUnpaidOrder(store.db, [["lamp", 1]])));
    const answers = await Promise.all(orders.map((id) => reserve(id, want("lamp", 1))));
    const served = orders.filter((_, index) => answers[index]!.length === 0);
    expect(served).toHaveLength(5);
    expect(answers.filter((missing) => missing.length > 0)).toContainEqual([
      { sku: "lamp", wanted: 1n, available: 0n },
    ]);
    expect(await stockOf(store.db)).toEqual(["lamp: 5 - 5"]);
    // Twice at once, as when a poll and a webhook meet.
    await Promise.all([...served, ...served].map((id) => sell(id)));
    expect(await stockOf(store.db)).toEqual(["lamp: 0 - 0"]);
    expect(await store.db.shopMovement.count({ where: { kind: "SALE" } })).toBe(5);
  });

  it("go to who wants them of two products in two orders without a deadlock", async () => {
    await storeProducts(store.db, { a: 20, b: 20 });
    const orders = await Promise.all(Array.from({ length: 20 }, () => storeUnpaidOrder(store.db, [["a", 1]])));
    const answers = await Promise.all(
      orders.map((id, index) =>
        index % 2 === 0 ? reserve(id, want("a", 1), want("b", 1)) : reserve(id, want("b", 1), want("a", 1)),
      ),
    );
    expect(answers.flat()).toEqual([]);
    expect(await stockOf(store.db)).toEqual(["a: 20 - 20", "b: 20 - 20"]);
  });
});

describe("pieces are reserved", () => {
  it("all or none, and what is missing is told with what there is", async () => {
    await storeProducts(store.db, { a: 3, b: 1 });
    const order = await storeUnpaidOrder(store.db, []);
    expect(await reserve(order, want("a", 2), want("b", 2), want("a", 1), want("gone", 1))).toEqual([
      { sku: "b", wanted: 2n, available: 1n },
      { sku: "gone", wanted: 1n, available: null },
    ]);
    expect(await stockOf(store.db)).toEqual(["a: 3 - 0", "b: 1 - 0"]);
    await expect(reserve(order, want("a", 0))).rejects.toThrow("leave out lines of nothing");
  });

  it("above the safety stock, in numbers larger than a double holds", async () => {
    const many = 2n ** 53n + 2n;
    await storeProducts(store.db, { a: many });
    await store.db.shopProduct.updateMany({ data: { safety: 1n } });
    const order = await storeUnpaidOrder(store.db, []);
    expect(await reserve(order, want("a", many))).toEqual([{ sku: "a", wanted: many, available: many - 1n }]);
    expect(await reserve(order, want("a", many - 1n))).toEqual([]);
    expect(await stockOf(store.db)).toEqual([`a: ${many} - ${many - 1n}`]);
  });

  it("once, however often an order asks, and what it asks for anew replaces what it held", async () => {
    await storeProducts(store.db, { a: 3, b: 3 });
    const order = await storeUnpaidOrder(store.db, []);
    await reserve(order, want("a", 3), want("b", 1));
    await reserve(order, want("a", 3), want("b", 1));
    expect(await stockOf(store.db)).toEqual(["a: 3 - 3", "b: 3 - 1"]);
    await reserve(order, want("b", 3));
    expect(await stockOf(store.db)).toEqual(["a: 3 - 0", "b: 3 - 3"]);
    await release(order);
    await reserve(order, want("a", 1));
    expect(await stockOf(store.db)).toEqual(["a: 3 - 1", "b: 3 - 0"]);
  });

  it("by a shopper whose own earlier order holds the last one, but not from a stranger or from money under way", async () => {
    await storeProducts(store.db, { a: 2 });
    const { id: customerId } = await store.db.shopCustomer.create({
      data: { reference: "c", createdAt: AT, updatedAt: AT },
    });
    const { id: cartId } = await store.db.shopCart.create({
      data: { reference: "k", currency: "EUR", lastActivityAt: AT, createdAt: AT, updatedAt: AT },
    });
    const first = await storeUnpaidOrder(store.db, [["a", 2]], { cartId, email: "ann@example.org" });
    await reserve(first, want("a", 2));
    const stranger = await storeUnpaidOrder(store.db, [["a", 1]], { email: "ann@example.org" });
    expect(await reserve(stranger, want("a", 1))).toHaveLength(1);
    const second = await storeUnpaidOrder(store.db, [["a", 1]], { cartId, customerId });
    expect(await reserve(second, want("a", 1))).toEqual([]);
    expect(await stockOf(store.db)).toEqual(["a: 2 - 1"]);
    await store.db.shopPayment.create({
      data: {
        id: "00000000-0000-4000-8000-000000000001",
        orderId: second,
        provider: "mollie",
        status: "PENDING",
        amountMinor: 1n,
        currency: "EUR",
        createdAt: AT,
      },
    });
    const third = await storeUnpaidOrder(store.db, [["a", 2]], { customerId });
    expect(await reserve(third, want("a", 2))).toEqual([{ sku: "a", wanted: 2n, available: 1n }]);
  });

  it("and released once, by whoever comes first, but never after the sale", async () => {
    await storeProducts(store.db, { a: 3 });
    const [kept, left] = [await storeUnpaidOrder(store.db, [["a", 1]]), await storeUnpaidOrder(store.db, [["a", 2]])];
    await reserve(kept, want("a", 1));
    await reserve(left, want("a", 2));
    const released = await Promise.all(Array.from({ length: 10 }, () => release(left)));
    expect(released.reduce((sum, holds) => sum + holds)).toBe(1);
    expect(await sell(kept)).toBe(1);
    expect(await release(kept, left)).toBe(0);
    expect(await stockOf(store.db)).toEqual(["a: 2 - 0"]);
  });
});

describe("an order that is paid", () => {
  it("is sold where its hold was released before the money came, and waits where no product has the sku", async () => {
    await storeProducts(store.db, { a: 1 });
    const late = await storeUnpaidOrder(store.db, [
      ["a", 1],
      ["service", 1],
    ]);
    await reserve(late, want("a", 1));
    await release(late);
    expect(await sell(late)).toBe(2);
    expect(await sell(late)).toBe(0);
    expect(await stockOf(store.db)).toEqual(["a: 0 - 0"]);
    expect(await store.db.shopMovement.findFirst({ where: { sku: "service" } })).toMatchObject({
      sourceRef: `order/${late}/line/2`,
      appliedAt: null,
      effect: null,
    });
  });
});
