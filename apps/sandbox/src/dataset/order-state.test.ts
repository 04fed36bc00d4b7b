import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { generateDataset } from "./generator/generate-dataset.ts";
import { toOrderSource } from "./olist/order-source.ts";
import { NoSuchOrder, type OrderState, createOrderState } from "./order-state.ts";
import type { Order } from "./dataset.ts";

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
      lifecycle: { status: "processing", handedOverMs: null, deliveredMs: null },
    }));
}

function readAll(state: OrderState, limit: number, nowMs: number): number[] {
  const read: number[] = [];
  let after = START;
  for (;;) {
    const { orders, hasMore } = state.pageAfter(after, limit, nowMs);
    expect(orders.length).toBeLessThanOrEqual(limit);
    read.push(...orders.map(({ order }) => order.pk));
    if (!hasMore) return read;
    after = orders.at(-1)!.order;
  }
}

const instants = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 });
const limit = fc.integer({ min: 1, max: 25 });

describe("the order state", () => {
  it("is read page by page without a skip or a repeat, whatever the limit and however many share an instant", () => {
    fc.assert(
      fc.property(instants, limit, fc.integer({ min: -1, max: 21 }), (at, size, nowMs) => {
        const visible = ordersAt(at).filter(({ modifiedMs }) => modifiedMs <= nowMs);
        expect(readAll(createOrderState(toOrderSource(ordersAt(at))), size, nowMs)).toEqual(
          visible.map(({ pk }) => pk),
        );
      }),
    );
  });

  it("shows changed orders once, at their new place", () => {
    fc.assert(
      fc.property(instants, limit, fc.array(fc.nat(), { maxLength: 10 }), (at, size, picks) => {
        const orders = ordersAt(at);
        const state = createOrderState(toOrderSource(orders));
        const changed = orders.length === 0 ? [] : picks.map((choice) => orders[choice % orders.length]!);
        for (const { number } of changed) state.change(number, { status: "50" }, 100);
        const last = [...new Set(changed.map(({ pk }) => pk).toReversed())].toReversed();
        const untouched = orders.map(({ pk }) => pk).filter((pk) => !last.includes(pk));
        expect(readAll(state, size, 200)).toEqual([...untouched, ...last]);
      }),
    );
  });

  it("meets a reader again with an order that changed behind the page", () => {
    const state = createOrderState(toOrderSource(ordersAt([1, 2, 3])));
    const first = state.pageAfter(START, 2, 10);
    state.change("n1", { amount: "9.99" }, 10);
    const second = state.pageAfter(first.orders.at(-1)!.order, 2, 10);
    expect(second.orders.map(({ order, patch }) => [order.pk, order.modifiedMs, patch])).toEqual([
      [3, 3, {}],
      [1, 10, { amount: "9.99" }],
    ]);
  });

  it("keeps earlier changes of an order when it changes again", () => {
    const state = createOrderState(toOrderSource(ordersAt([1])));
    state.change("n1", { status: "50" }, 10);
    expect(state.change("n1", { amount: "1.00" }, 20).patch).toEqual({ status: "50", amount: "1.00" });
  });

  it("refuses to change an order that is unknown or has not come about", () => {
    const state = createOrderState(toOrderSource(ordersAt([50])));
    expect(() => state.change("n9", {}, 60)).toThrow(NoSuchOrder);
    expect(() => state.change("n1", {}, 40)).toThrow(/comes about at .* and it is only/);
  });

  it("pages an endless stream as it grows", () => {
    const { orders, startsAtMs } = generateDataset(3);
    const state = createOrderState(orders);
    const read = readAll(state, 7, startsAtMs);
    const grown = readAll(state, 1_000, startsAtMs + 86_400_000);
    expect(grown.slice(0, read.length)).toEqual(read);
    expect(grown).toEqual(Array.from({ length: orders.countUntil(startsAtMs + 86_400_000) }, (_, index) => index + 1));
  });
});
