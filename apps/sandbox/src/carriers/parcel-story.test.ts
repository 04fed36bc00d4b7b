import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { cancelAtMs, packAtMs } from "../dataset/index.ts";
import { toLifecycle } from "../dataset/lifecycle.ts";
import { orderWith } from "../../test/order-with.ts";
import { toParcelStory } from "./parcel-story.ts";
import { parseTrackingNumber, SHIPMENT_TYPES, toTrackingNumber } from "./tracking-number.ts";

const DAY_MS = 86_400_000;
const MONTH_MS = 30 * DAY_MS;

const days = fc.integer({ min: 0, max: 200 * DAY_MS });

describe("a parcel's story", () => {
  it("is in order of time and ends as the order did, however late it starts and however odd the source's dates are", () => {
    fc.assert(
      fc.property(days, fc.option(days), days, fc.uuid(), (handedOver, delivered, created, number) => {
        const status = delivered === null ? "shipped" : "delivered";
        const order = orderWith(toLifecycle(status, 0, handedOver, delivered), number);
        const story = toParcelStory(order, "CUSTOMER", created);
        expect(story[0]).toMatchObject({ atMs: created, status: "CREATED" });
        expect(story.at(-1)!.status).toBe(delivered === null ? "SHIPPING" : "DELIVERED");
        for (const [index, { atMs }] of story.entries())
          expect(atMs).toBeGreaterThanOrEqual(story[index - 1]?.atMs ?? 0);
        if (created < handedOver - DAY_MS) expect(story[1]!.atMs).toBe(handedOver);
        if (delivered !== null) {
          for (const [index, { atMs }] of story.entries())
            if (index > 1) expect(atMs - story[index - 1]!.atMs).toBeLessThan(MONTH_MS);
        }
      }),
    );
  });

  it("shifts with the packing and takes as long as it took", () => {
    const order = orderWith(toLifecycle("delivered", 0, 2 * DAY_MS, 9 * DAY_MS));
    const onTime = toParcelStory(order, "CUSTOMER", DAY_MS);
    const late = toParcelStory(order, "CUSTOMER", 5 * DAY_MS);
    expect([onTime[1]!.atMs, onTime.at(-1)!.atMs]).toEqual([2 * DAY_MS, 9 * DAY_MS]);
    expect(late.at(-1)!.atMs - late[1]!.atMs).toBe(7 * DAY_MS);
    expect(late[1]!.atMs).toBeGreaterThan(5 * DAY_MS);
  });

  it("is only its beginning for an order no carrier ever got, and a transfer's own for a transfer", () => {
    const order = orderWith(toLifecycle("invoiced", 0, null, null));
    expect(toParcelStory(order, "CUSTOMER", 7).map(({ status }) => status)).toEqual(["CREATED"]);
    expect(toParcelStory(order, "TRANSFER", 7).map(({ status }) => status)).toEqual([
      "CREATED",
      "SHIPPING",
      "DELIVERED",
    ]);
  });

  it("is found again by its tracking number alone", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("correios", "x1"),
        fc.nat(),
        fc.nat({ max: 2 ** 45 }),
        fc.constantFrom(...SHIPMENT_TYPES),
        fc.stringMatching(/^[\w.-]{1,64}$/),
        (carrier, orderPk, createdMs, type, shipmentId) => {
          const parcel = { carrier, orderPk, createdMs, type, shipmentId };
          expect(parseTrackingNumber(carrier, toTrackingNumber(parcel))).toEqual(parcel);
          expect(parseTrackingNumber("other", toTrackingNumber(parcel))).toBeNull();
        },
      ),
    );
  });
});

describe("a lifecycle", () => {
  it("has its packing before the carrier comes and never before the order", () => {
    fc.assert(
      fc.property(days, fc.uuid(), (handedOver, number) => {
        const packMs = packAtMs(orderWith(toLifecycle("delivered", 0, handedOver, null), number))!;
        expect(packMs).toBeGreaterThan(0);
        if (handedOver > DAY_MS) expect(packMs).toBeLessThan(handedOver);
      }),
    );
  });

  it("never packs what is processing, and cancels nothing that has no items", () => {
    expect(packAtMs(orderWith(toLifecycle("processing", 0, null, null)))).toBeNull();
    expect(cancelAtMs(orderWith(toLifecycle("canceled", 0, null, null)), null)).toBeNull();
  });
});
