import { describe, expect, it } from "@jest/globals";

import { toFate } from "../world/fate.ts";
import type { Order } from "../world/world.ts";
import { openCarrierDesk } from "./carrier-desk.ts";

const DAY_MS = 86_400_000;

/** Delivered so many days after it was handed over. */
const orderOn = (number: string, days: number): Order => ({
  pk: 1,
  number,
  amountCents: 1,
  placedMs: 0,
  modifiedMs: 0,
  paymentType: null,
  cargoCompany: null,
  shippingOption: null,
  customer: { pk: 1, type: "guest" },
  address: { country: "BR", state: "SP", city: "campinas", district: null, postcode: "1" },
  items: [],
  fate: toFate("delivered", 0, DAY_MS, (1 + days) * DAY_MS),
});

describe("the carriers' desk", () => {
  it("knows until when its parcels move, however long one takes", () => {
    const orders = [orderOn("slow", 200), orderOn("quick", 3)];
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
