import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { aLine, aLocation, anOrder, aRule, aScenario, aPlanningInput } from "../../../test/planning-factories.ts";
import type { Availability } from "./availability.ts";
import type { Location } from "./location.ts";
import { placeFewest, unitsOf } from "./place-lines.ts";
import { planFulfilment } from "./plan-fulfilment.ts";
import type { OrderPlan } from "./plan-order.ts";
import type { LocationFilter, Sort } from "./scenario.ts";

const codes = ["A", "B", "C", "D"];
const locations = codes.map((code, index) => aLocation(code, { priority: index, maxQuota: index }));

const levels = fc.record({ onHand: fc.nat(6), reserved: fc.nat(3), safetyStock: fc.nat(1), blocked: fc.boolean() });
const stockOf = (level: fc.Arbitrary<object>) =>
  fc.dictionary(fc.constantFrom(...codes), fc.dictionary(fc.constantFrom("1", "2", "3"), level));
const lines = fc.array(
  fc.record({
    product: fc.integer({ min: 1, max: 3 }),
    wanted: fc.nat(4),
    seller: fc.constantFrom(...codes, null),
    excluded: fc.subarray(locations.map(({ id }) => id)),
  }),
  { maxLength: 4 },
);
const rules = fc.array(
  fc.record({
    filter: fc.constantFrom<LocationFilter>(
      {},
      { include: ["A", "C"] },
      { except: ["B"] },
      { itemAttribute: "seller" },
    ),
    sort: fc.constantFrom<Sort>([{ by: "STOCK", direction: "desc" }], [{ by: "PRIORITY", direction: "asc" }]),
    selectByQuota: fc.boolean(),
    allowSplit: fc.boolean(),
    maxPackages: fc.constantFrom(null, 1, 2),
    transferable: fc.boolean(),
  }),
  { minLength: 1, maxLength: 3 },
);
const cases = fc.record({
  stock: stockOf(levels),
  orders: fc.array(lines, { maxLength: 4 }),
  rules,
  builtIn: fc.boolean(),
});
type Case = typeof cases extends fc.Arbitrary<infer Value> ? Value : never;

function plan({ stock, orders, rules: drawn, builtIn }: Case) {
  const input = aPlanningInput(locations, stock, builtIn ? {} : { distribution: [aScenario(drawn.map(aRule))] });
  const before = aPlanningInput(locations, stock).stock;
  const waiting = orders.map((drawnLines, orderIndex) =>
    anOrder(
      drawnLines.map(({ product, wanted, seller, excluded }, index) =>
        aLine(product, wanted, {
          orderItemId: BigInt(orderIndex * 10 + index),
          attributes: { seller },
          excludedLocationIds: excluded,
        }),
      ),
      { id: BigInt(orderIndex), number: `R${orderIndex}` },
    ),
  );
  return { waiting, before, input, plans: planFulfilment(waiting, input) };
}

/** Units promised per location and product, at the package or at a transfer's source. */
function promised(plans: readonly OrderPlan[]): Map<string, number> {
  const sums = new Map<string, number>();
  const add = ({ id }: Location, productId: bigint, units: number) =>
    sums.set(`${id}:${productId}`, (sums.get(`${id}:${productId}`) ?? 0) + units);
  for (const { location, items, transfers } of plans.flatMap(({ packages }) => packages)) {
    for (const { line, reservedUnits } of items) add(location, line.productId, reservedUnits);
    for (const { source, items: fetched } of transfers)
      for (const { line, units } of fetched) add(source, line.productId, units);
  }
  return sums;
}

describe("planFulfilment, whatever the orders, the stock and the rules", () => {
  it("never promises more than is available", () => {
    fc.assert(
      fc.property(cases, (drawn) => {
        const { before, plans } = plan(drawn);
        for (const [key, units] of promised(plans)) {
          const [locationId, productId] = key.split(":").map(BigInt);
          expect(units).toBeLessThanOrEqual(before.at(locationId!, productId!));
        }
      }),
    );
  });

  it("puts every unit wanted into exactly one package", () => {
    fc.assert(
      fc.property(cases, (drawn) => {
        const { waiting, plans } = plan(drawn);
        expect(plans).toHaveLength(waiting.length);
        for (const [index, { packages, shortfalls }] of plans.entries())
          for (const line of waiting[index]!.lines) {
            const inPackages = packages.flatMap(({ items }) => items).filter((item) => item.line === line);
            expect(unitsOf(inPackages)).toBe(line.wanted);
            const inShort = packages.filter(({ state }) => state === "OUT_OF_STOCK").flatMap(({ items }) => items);
            expect(unitsOf(inShort.filter((item) => item.line === line))).toBe(
              unitsOf(shortfalls.filter((short) => short.line === line)),
            );
          }
      }),
    );
  });

  it("covers every unit of a planned package by a reservation or a transfer, and none of a short one", () => {
    fc.assert(
      fc.property(cases, (drawn) => {
        for (const { state, items, transfers } of plan(drawn).plans.flatMap(({ packages }) => packages))
          for (const { line, units, reservedUnits } of items) {
            const fetched = transfers.flatMap((transfer) => transfer.items).filter((item) => item.line === line);
            expect(reservedUnits + unitsOf(fetched)).toBe(state === "OUT_OF_STOCK" ? 0 : units);
          }
      }),
    );
  });

  it("never ships an item from, nor fetches it at, a location that failed it", () => {
    fc.assert(
      fc.property(cases, (drawn) => {
        for (const { state, location, items, transfers } of plan(drawn).plans.flatMap(({ packages }) => packages)) {
          if (state !== "OUT_OF_STOCK")
            for (const { line } of items) expect(line.excludedLocationIds).not.toContain(location.id);
          for (const { source, items: fetched } of transfers)
            for (const { line } of fetched) expect(line.excludedLocationIds).not.toContain(source.id);
        }
      }),
    );
  });

  it("opens one package per location and one short package at most, numbered without a gap", () => {
    fc.assert(
      fc.property(cases, (drawn) => {
        for (const { order, packages } of plan(drawn).plans) {
          const planned = packages.filter(({ state }) => state !== "OUT_OF_STOCK").map(({ location }) => location.id);
          expect(new Set(planned).size).toBe(planned.length);
          expect(packages.length - planned.length).toBeLessThanOrEqual(1);
          expect(packages.map(({ number }) => number)).toEqual(
            packages.map((_, index) => `${order.number}P${index + 1}`),
          );
        }
      }),
    );
  });

  it("is deterministic, whichever order the stock and the locations are given in", () => {
    fc.assert(
      fc.property(cases, (drawn) => {
        const turned = Object.fromEntries(Object.entries(drawn.stock).toReversed());
        const packagesOf = ({ plans }: ReturnType<typeof plan>) => plans.map(({ packages }) => packages);
        expect(packagesOf(plan({ ...drawn, stock: turned }))).toEqual(packagesOf(plan(drawn)));
      }),
    );
  });
});

describe("placeFewest", () => {
  const onHand = fc.record({ onHand: fc.nat(4) });

  it("covers all that can be covered, with at most ln(units) + 1 times the fewest locations", () => {
    fc.assert(
      fc.property(stockOf(onHand), fc.array(fc.nat(4), { minLength: 3, maxLength: 3 }), (stock, quantities) => {
        const wants = quantities
          .map((units, index) => ({ line: aLine(index + 1, units), units }))
          .filter(({ units }) => units > 0);
        const input = aPlanningInput(locations, stock);
        const placed = placeFewest(wants, locations, input.stock, () => true, Infinity);
        const coverable = coverableBy(locations, wants, input.stock);
        expect(unitsOf(placed)).toBe(coverable);
        if (coverable < unitsOf(wants) || coverable === 0) return;
        const used = new Set(placed.map(({ location }) => location)).size;
        const fewest = Math.min(
          ...subsets(locations)
            .filter((subset) => coverableBy(subset, wants, input.stock) === coverable)
            .map((subset) => subset.length),
        );
        expect(used).toBeLessThanOrEqual(Math.floor(fewest * (Math.log(coverable) + 1)));
      }),
    );
  });

  it("takes the same locations as looking at all of them each time would", () => {
    fc.assert(
      fc.property(stockOf(onHand), fc.array(fc.nat(6), { maxLength: 3 }), fc.nat(4), (stock, quantities, most) => {
        const wants = quantities.map((units, index) => ({ line: aLine(index + 1, units), units }));
        const left = new Map(wants.filter(({ units }) => units > 0).map(({ line, units }) => [line, units]));
        const { stock: availability } = aPlanningInput(locations, stock);
        const taken: Location[] = [];
        const coverOf = ({ id }: Location) =>
          [...left].map(([line, units]) => [line, Math.min(units, availability.at(id, line.productId))] as const);
        const unitsAt = (location: Location) => coverOf(location).reduce((sum, [, units]) => sum + units, 0);
        while (taken.length < most) {
          const unused = locations.filter((location) => !taken.includes(location));
          const best = unused.reduce<Location | null>(
            (first, next) => (first === null || unitsAt(next) > unitsAt(first) ? next : first),
            null,
          );
          if (best === null || unitsAt(best) === 0) break;
          for (const [line, units] of coverOf(best)) left.set(line, left.get(line)! - units);
          taken.push(best);
        }
        const placed = placeFewest(
          wants.filter(({ units }) => units > 0),
          locations,
          availability,
          () => true,
          most,
        );
        expect([...new Set(placed.map(({ location }) => location))]).toEqual(taken);
      }),
      { numRuns: 500 },
    );
  });

  function coverableBy(
    some: readonly Location[],
    wants: readonly { line: { productId: bigint }; units: number }[],
    stock: Availability,
  ): number {
    return wants.reduce((sum, { line, units }) => {
      const there = some.reduce((total, { id }) => total + stock.at(id, line.productId), 0);
      return sum + Math.min(units, there);
    }, 0);
  }

  function subsets<Item>(items: readonly Item[]): Item[][] {
    const masks = Array.from({ length: 2 ** items.length }, (_, mask) => mask);
    return masks.map((mask) => items.filter((_, index) => Math.floor(mask / 2 ** index) % 2 === 1));
  }
});
