import { describe, expect, it } from "@jest/globals";

import { orderWith } from "../../test/order-with.ts";
import { toFate } from "../world/fate.ts";
import { openCarrierDesk } from "./carrier-desk.ts";

const DAY_MS = 86_400_000;

const deliveredWithin = (days: number, number: string) =>
  orderWith(toFate("delivered", 0, DAY_MS, (1 + days) * DAY_MS), number);

describe("the carriers' desk", () => {
  it("knows until when its parcels move, however long one takes", () => {
    const orders = [deliveredWithin(200, "slow"), deliveredWithin(3, "quick")];
    const desk = openCarrierDesk({
      total: orders.length,
      countUntil: () => orders.length,
      modifiedMsAt: () => 0,
      at: (position) => orders[position]!,
      positionOf: (number) => orders.findIndex((order) => order.number === number),
    });
    expect(desk.lastEventMs()).toBe(-Infinity);
    for (const [shipmentId, { number: orderNumber }] of orders.entries())
      desk.announce({ carrier: "c", shipmentId: String(shipmentId), orderNumber, type: "CUSTOMER", units: 1 }, 0);
    expect(desk.lastEventMs()).toBe(201 * DAY_MS);
  });
});
