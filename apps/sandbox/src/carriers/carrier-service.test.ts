import { describe, expect, it } from "@jest/globals";

import { orderWith } from "../../test/order-with.ts";
import { toLifecycle } from "../dataset/lifecycle.ts";
import { createCarrierService } from "./carrier-service.ts";

const DAY_MS = 86_400_000;

const deliveredWithin = (days: number, number: string) =>
  orderWith(toLifecycle("delivered", 0, DAY_MS, (1 + days) * DAY_MS), number);

describe("the carriers' service", () => {
  it("knows until when its parcels move, however long one takes", () => {
    const orders = [deliveredWithin(200, "slow"), deliveredWithin(3, "quick")];
    const service = createCarrierService({
      total: orders.length,
      countUntil: () => orders.length,
      modifiedMsAt: () => 0,
      at: (position) => orders[position]!,
      positionOf: (number) => orders.findIndex((order) => order.number === number),
    });
    expect(service.lastEventMs()).toBe(-Infinity);
    for (const [shipmentId, { number: orderNumber }] of orders.entries())
      service.announce({ carrier: "c", shipmentId: String(shipmentId), orderNumber, type: "CUSTOMER", units: 1 }, 0);
    expect(service.lastEventMs()).toBe(201 * DAY_MS);
  });
});
