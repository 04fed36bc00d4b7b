import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { generateWorld } from "./generator/generate-world.ts";
import { toOrderSource } from "./olist/order-source.ts";
import { NoSuchOrder, type OrderBook, openOrderBook } from "./order-book.ts";
import type { Order } from "./world.ts";

const START = { modifiedMs: -Infinity, pk: 0 };

/** Orders at the given instants; several may share one. */
function ordersAt(instants: readonly number[]): Order[] {
  return instants
    .toSorted((left, right) => left - right)
    .map((modifiedMs, index) => ({
      pk: index + 1,
      number: `n${index + 1}`,
      amountCents: 100,
      placedMs: modifiedMs,
      modifiedMs,
      paymentType: null,
      cargoCompany: null,
      shippingOption: null,
      customer: { pk: 1, type: "guest" },
      address: { country: "BR", state: "SP", city: "x", district: null, postcode: "1" },
      items: [],
      fate: { status: "processing", handedOverMs: null, deliveredMs: null },
    }));
}

function readAll(book: OrderBook, limit: number, nowMs: number): number[] {
  const read: number[] = [];
  let after = START;
  for (;;) {
    const { orders, hasMore } = book.pageAfter(after, limit, nowMs);
    expect(orders.length).toBeLessThanOrEqual(limit);
    read.push(...orders.map(({ order }) => order.pk));
    if (!hasMore) return read;
    after = orders.at(-1)!.order;
  }
}

const instants = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 });
const limit = fc.integer({ min: 1, max: 25 });

describe("the order book", () => {
  it("is read page by page without a skip or a repeat, whatever the limit and however many share an instant", () => {
    fc.assert(
      fc.property(instants, limit, fc.integer({ min: -1, max: 21 }), (at, size, nowMs) => {
        const visible = ordersAt(at).filter(({ modifiedMs }) => modifiedMs <= nowMs);
        expect(readAll(openOrderBook(toOrderSource(ordersAt(at))), size, nowMs)).toEqual(visible.map(({ pk }) => pk));
      }),
    );
  });

  it("shows changed orders once, at their new place", () => {
    fc.assert(
      fc.property(instants, limit, fc.array(fc.nat(), { maxLength: 10 }), (at, size, picks) => {
        const orders = ordersAt(at);
        const book = openOrderBook(toOrderSource(orders));
        const changed = orders.length === 0 ? [] : picks.map((choice) => orders[choice % orders.length]!);
        for (const { number } of changed) book.change(number, { status: "50" }, 100);
        const last = [...new Set(changed.map(({ pk }) => pk).toReversed())].toReversed();
        const untouched = orders.map(({ pk }) => pk).filter((pk) => !last.includes(pk));
        expect(readAll(book, size, 200)).toEqual([...untouched, ...last]);
      }),
    );
  });

  it("meets a reader again with an order that changed behind the page", () => {
    const book = openOrderBook(toOrderSource(ordersAt([1, 2, 3])));
    const first = book.pageAfter(START, 2, 10);
    book.change("n1", { amount: "9.99" }, 10);
    const second = book.pageAfter(first.orders.at(-1)!.order, 2, 10);
    expect(second.orders.map(({ order, patch }) => [order.pk, order.modifiedMs, patch])).toEqual([
      [3, 3, {}],
      [1, 10, { amount: "9.99" }],
    ]);
  });

  it("keeps earlier changes of an order when it changes again", () => {
    const book = openOrderBook(toOrderSource(ordersAt([1])));
    book.change("n1", { status: "50" }, 10);
    expect(book.change("n1", { amount: "1.00" }, 20).patch).toEqual({ status: "50", amount: "1.00" });
  });

  it("refuses to change an order that is unknown or has not come about", () => {
    const book = openOrderBook(toOrderSource(ordersAt([50])));
    expect(() => book.change("n9", {}, 60)).toThrow(NoSuchOrder);
    expect(() => book.change("n1", {}, 40)).toThrow(/comes about at .* and it is only/);
  });

  it("pages an endless stream as it grows", () => {
    const { orders, startsAtMs } = generateWorld(3);
    const book = openOrderBook(orders);
    const read = readAll(book, 7, startsAtMs);
    const grown = readAll(book, 1_000, startsAtMs + 86_400_000);
    expect(grown.slice(0, read.length)).toEqual(read);
    expect(grown).toEqual(Array.from({ length: orders.countUntil(startsAtMs + 86_400_000) }, (_, index) => index + 1));
  });
});
