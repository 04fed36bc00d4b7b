import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { generateDataset } from "./generate-dataset.ts";
import { ORDERS_PER_WEEK } from "./rhythm.ts";

const WEEK_MS = 7 * 24 * 3_600_000;
const position = fc.integer({ min: 0, max: 5_000_000 });

describe("the generated dataset", () => {
  it("says the same of an order in whichever sequence orders are asked for", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 50 }),
        fc.array(position, { minLength: 1, maxLength: 5 }),
        (seed, positions) => {
          const forward = generateDataset(seed).orders;
          const backward = generateDataset(seed).orders;
          const asked = positions.map((at) => forward.at(at));
          const askedBackward = positions.toReversed().map((at) => backward.at(at));
          expect(asked).toEqual(askedBackward.toReversed());
        },
      ),
      { numRuns: 20 },
    );
  });

  it("differs by seed", () => {
    expect(generateDataset(1).orders.at(7)).not.toEqual(generateDataset(2).orders.at(7));
  });

  const { orders, stock, locations, startsAtMs, defaultSpeed } = generateDataset(1);

  it("never lets an order come before its predecessor, nor be placed after it was approved", () => {
    fc.assert(
      fc.property(position, (at) => {
        expect(orders.modifiedMsAt(at + 1)).toBeGreaterThanOrEqual(orders.modifiedMsAt(at));
        expect(orders.at(at).modifiedMs).toBe(orders.modifiedMsAt(at));
        expect(orders.at(at).placedMs).toBeLessThanOrEqual(orders.at(at).modifiedMs);
      }),
      { numRuns: 2_000 },
    );
  });

  it("counts exactly the orders that have come by an instant", () => {
    fc.assert(
      fc.property(position, fc.integer({ min: -60_000, max: 60_000 }), (at, shiftMs) => {
        const instantMs = orders.modifiedMsAt(at) + shiftMs;
        const count = orders.countUntil(instantMs);
        if (count > 0) expect(orders.modifiedMsAt(count - 1)).toBeLessThanOrEqual(instantMs);
        expect(orders.modifiedMsAt(count)).toBeGreaterThan(instantMs);
      }),
    );
    expect(orders.countUntil(0)).toBe(0);
  });

  it("finds every order by its number, and nothing by other words", () => {
    fc.assert(fc.property(position, (at) => expect(orders.positionOf(orders.at(at).number)).toBe(at)));
    for (const number of ["", "SB", "SB000000000", "SB1", "SB0000000001", "XX000000001"]) {
      expect(orders.positionOf(number)).toBeNull();
    }
  });

  it("gives about five orders a real second at its default speed", () => {
    const weekMs = (real: number) => startsAtMs + real * defaultSpeed * 86_400_000;
    const perSecond = (orders.countUntil(weekMs(700)) - orders.countUntil(startsAtMs)) / 700;
    expect(perSecond).toBeGreaterThan(4.5);
    expect(perSecond).toBeLessThan(5.5);
    expect(orders.countUntil(startsAtMs + 3 * WEEK_MS) - orders.countUntil(startsAtMs)).toBeLessThan(
      3.1 * ORDERS_PER_WEEK,
    );
  });

  it("sells only what some location carries, some orders from several sellers and some items more than once", () => {
    const sample = Array.from({ length: 2_000 }, (_, at) => orders.at(at));
    for (const { items, amountCents } of sample) {
      expect(items.length).toBeGreaterThan(0);
      expect(amountCents).toBeGreaterThan(items.reduce((sum, item) => sum + item.priceCents * item.quantity, 0));
      for (const { product, erpCode, quantity } of items) {
        const stocked = stock.get(product.sku)!.find((line) => line.erpCode === erpCode);
        expect(stocked!.quantity).toBeGreaterThanOrEqual(quantity);
        expect(locations.some((location) => location.erpCode === erpCode)).toBe(true);
      }
    }
    const share = (wanted: (order: (typeof sample)[number]) => boolean) => sample.filter(wanted).length / sample.length;
    expect(share(({ items }) => new Set(items.map(({ erpCode }) => erpCode)).size > 1)).toBeGreaterThan(0.1);
    expect(share(({ items }) => items.some(({ quantity }) => quantity > 1))).toBeGreaterThan(0.1);
    expect(share(({ customer }) => customer.type === "guest")).toBeGreaterThan(0.1);
    expect(new Set(sample.flatMap(({ items }) => items.map(({ pk }) => pk))).size).toBe(
      sample.flatMap(({ items }) => items).length,
    );
  });

  it("keeps a customer's address in every order", () => {
    const addresses = new Map<number, unknown>();
    for (let at = 0; at < 5_000; at += 1) {
      const { customer, address } = orders.at(at);
      expect(address).toEqual(addresses.get(customer.pk) ?? address);
      addresses.set(customer.pk, address);
    }
    expect(addresses.size).toBeLessThan(5_000);
  });

  it("gives products barcodes whose check digit is right", () => {
    for (let at = 0; at < 100; at += 1) {
      const digits = Array.from(orders.at(at).items[0]!.product.barcode!, Number);
      expect(digits).toHaveLength(13);
      expect(digits.reduce((sum, digit, index) => sum + digit * (index % 2 === 0 ? 1 : 3), 0) % 10).toBe(0);
    }
  });
});
