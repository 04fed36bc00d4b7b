import { describe, expect, it } from "@jest/globals";

import { decideCancellation } from "../src/cancellations/decide-cancellation.ts";
import { Availability } from "../src/planning/rules/availability.ts";
import { placeFewest } from "../src/planning/rules/place-lines.ts";
import { planFulfilment } from "../src/planning/rules/plan-fulfilment.ts";
import { parseOrder } from "../src/gateways/omnitron/parse-order.ts";
import { readRecord } from "../src/gateways/omnitron/read-record.ts";
import { planImport } from "../src/orders/plan-import.ts";
import { MOST_LINES } from "../src/gateways/omnitron/port.ts";
import { countReads } from "./count-reads.ts";
import { rawItem, rawOrder } from "./local-omnitron.ts";
import { aLine, aLocation, anOrder, aRule, aScenario } from "./planning-factories.ts";

const range = (length: number) => Array.from({ length }, (_, index) => index + 1);

// What is allowed to come in at once must be handled in so many steps per item; squares of them would be seconds.

describe("the biggest order that is let in", () => {
  const reading = () =>
    readRecord(
      JSON.parse(JSON.stringify(rawOrder(1, { orderitem_set: range(MOST_LINES).map((pk) => rawItem(pk)) }))),
      parseOrder,
    );

  it("is planned into the import in a few steps per line, whether it is new or changed", async () => {
    const record = reading();
    if (!record.ok) throw new Error(record.error);
    const { counted, reads } = countReads();
    const value = { ...record.value, items: record.value.items.map(counted) };
    const knownOrder = {
      id: 1n,
      pk: 1n,
      number: "R1",
      state: "APPROVED",
      remoteModifiedAt: new Date(0),
      payload: {},
      isPlanned: true,
    } as const;
    // Every other one is new, and of those that are known two are packed, of which one is left over.
    const knownItems = value.items.map(({ pk, product }) =>
      counted({
        id: pk + BigInt(MOST_LINES / 2),
        pk: pk + BigInt(MOST_LINES / 2),
        orderPk: 1n,
        sku: product.sku,
        state: "APPROVED" as const,
        quantity: 1,
        cancelled: 0,
      }),
    );
    const own = { quantity: 2, cancelled: 0, returned: 0, pending: 0, withdrawn: 0, isWithdrawn: false };
    const packed = {
      id: 1n,
      number: "R1P1",
      state: "PACKED" as const,
      stateBefore: null,
      items: knownItems.map(({ id }) => counted({ id, orderItemId: id, quantity: 2 })),
      shipment: null,
      transfers: [],
    };
    const orderFacts = { items: knownItems.map(({ id }) => counted({ id, ...own })), packages: [packed] };
    const before = reads();
    const plan = await planImport([{ ...record, value }], {
      orders: [knownOrder],
      items: knownItems,
      products: [],
      facts: new Map([[1n, orderFacts]]),
    });
    expect(plan.problems).toMatchObject([
      { code: "PLANNED_ORDER_CHANGED", error: expect.stringMatching(/and \d+ more/) },
    ]);
    expect(plan.changes[0]!.change.withdrawals).toHaveLength(MOST_LINES / 2);
    expect(reads() - before).toBeLessThan(60 * MOST_LINES);
  });

  it("is cancelled in a few steps per line", () => {
    const { counted, reads } = countReads();
    const facts = {
      planId: 1n,
      pk: 1n,
      type: "CANCEL",
      attempts: 0,
      orderNumber: "R1",
      orderId: 1n,
      wishes: range(MOST_LINES).map((id) =>
        counted({
          id: BigInt(id),
          itemPk: BigInt(id),
          orderItemId: BigInt(id),
          quantity: 1,
          done: 0,
          isOpen: true,
          reason: null,
        }),
      ),
      otherWishes: [],
      items: range(MOST_LINES).map((id) => counted({ id: BigInt(id), quantity: 1, cancelled: 0, returned: 0 })),
      packages: range(100).map((no) => ({
        id: BigInt(no),
        number: `R1P${no}`,
        state: "WAITING" as const,
        stateBefore: null,
        items: range(MOST_LINES / 100).map((index) => {
          const id = BigInt((no - 1) * (MOST_LINES / 100) + index);
          return counted({ id, orderItemId: id, quantity: 1 });
        }),
        shipment: null,
        transfers: [],
      })),
    } as const;
    const decision = decideCancellation(facts, { carrierSaid: new Map(), isLastAttempt: false });
    expect(decision.packages.map(({ kind }) => kind)).toEqual(range(100).map(() => "CANCEL"));
    expect(reads()).toBeLessThan(60 * MOST_LINES);
  });

  it("is planned into packages in a few steps per line and location, its explanation included", () => {
    const { counted, reads } = countReads();
    const [lineCount, locationCount] = [2_000, 25];
    const locations = range(locationCount).map((no) => aLocation(`L${no}`, { id: BigInt(no) }));
    const lines = range(lineCount).map((product) => counted(aLine(product, 3)));
    const levels = locations.flatMap(({ id }) =>
      range(lineCount).map((product) =>
        counted({ locationId: id, productId: BigInt(product), onHand: 1, reserved: 0, safetyStock: 0, blocked: false }),
      ),
    );
    const rule = aRule({ allowSplit: true, selectByQuota: false });
    const [plan] = planFulfilment([anOrder(lines)], {
      distribution: [aScenario([rule])],
      transfer: [],
      locations,
      defaultLocations: { byId: new Map(), fallback: locations[0]! },
      stock: new Availability(levels),
      unknownSkus: new Set(),
    });
    expect(plan).toMatchObject({ state: "COMPLETED", packages: { length: 3 } });
    expect(reads()).toBeLessThan(60 * lineCount * locationCount);
  });

  it("that needs a location for each of its lines finds them without looking at all of them for each", () => {
    const count = 300;
    const locations = range(count).map((no) => aLocation(`L${no}`, { id: BigInt(no) }));
    const stock = new Availability(
      locations.map(({ id }) => ({
        locationId: id,
        productId: id,
        onHand: 1,
        reserved: 0,
        safetyStock: 0,
        blocked: false,
      })),
    );
    let looks = 0;
    const wants = range(count).map((product) => ({ line: aLine(product, 1), units: 1 }));
    const placements = placeFewest(wants, locations, stock, () => (looks += 1) > 0, Infinity);
    expect(placements.map(({ location }) => location)).toEqual(locations);
    expect(looks).toBeLessThan(3 * count * count);
  });
});
