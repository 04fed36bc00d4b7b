import { describe, expect, it } from "@jest/globals";

import type { OrderOutcome } from "@drumline/oms/simulation";

import { compareOutcome } from "./compare-outcome.ts";
import type { DatasetOutcome } from "./sandbox-client.ts";

const dataset = (status: string, change: Partial<DatasetOutcome> = {}): DatasetOutcome => ({
  pk: 1,
  number: "n",
  status,
  items: 1,
  isHandedOver: false,
  isDelivered: false,
  toldStatus: null,
  cancellation: null,
  ...change,
});
const found = (state: string, packages: string[], change: Partial<OrderOutcome> = {}): OrderOutcome => ({
  number: "n",
  state,
  packages,
  isPlanned: true,
  problems: 0,
  ...change,
});

describe("an order that ended as in the dataset", () => {
  it.each([
    [
      dataset("delivered", { isHandedOver: true, isDelivered: true, toldStatus: "550" }),
      found("DELIVERED", ["DELIVERED"]),
    ],
    [dataset("shipped", { isHandedOver: true, toldStatus: "500" }), found("SHIPPED", ["SHIPPED"])],
    [dataset("invoiced", { toldStatus: "450" }), found("PREPARING", ["PACKED"])],
    [dataset("processing"), found("APPROVED", ["WAITING"])],
    [dataset("canceled", { toldStatus: "100", cancellation: "completed" }), found("CANCELLED", ["CANCELLED"])],
    [
      dataset("canceled", { toldStatus: "100", cancellation: "completed" }),
      found("CANCELLED", [], { isPlanned: false }),
    ],
    [
      dataset("canceled", { isHandedOver: true, toldStatus: "500", cancellation: "rejected" }),
      found("SHIPPED", ["SHIPPED"]),
    ],
    [dataset("unavailable", { items: 0 }), found("APPROVED", [], { isPlanned: false, problems: 1 })],
    // Status and events disagree: the events decide.
    [dataset("delivered", { isHandedOver: true, toldStatus: "500" }), found("SHIPPED", ["SHIPPED"])],
    [dataset("delivered"), found("APPROVED", ["WAITING"])],
    [dataset("shipped"), found("APPROVED", ["WAITING"])],
    [dataset("processing", { isHandedOver: true, toldStatus: "500" }), found("SHIPPED", ["SHIPPED"])],
    [
      dataset("invoiced", { isHandedOver: true, isDelivered: true, toldStatus: "550" }),
      found("DELIVERED", ["DELIVERED"]),
    ],
    [
      dataset("canceled", { isHandedOver: true, isDelivered: true, toldStatus: "550", cancellation: "rejected" }),
      found("DELIVERED", ["DELIVERED"]),
    ],
  ])("%j is right", (status, outcome) => {
    expect(compareOutcome(status, outcome)).toEqual([]);
  });
});

describe("an order that did not", () => {
  it("is told in words, every fact that is wrong", () => {
    expect(
      compareOutcome(
        dataset("delivered", { isHandedOver: true, isDelivered: true, toldStatus: "500" }),
        found("SHIPPED", ["DELIVERED", "SHIPPED"]),
      ),
    ).toEqual([
      "state: SHIPPED, expected DELIVERED",
      "packages: DELIVERED+SHIPPED, expected DELIVERED",
      "Omnitron knows: 500, expected 550",
    ]);
  });

  it("is missed when it never came in", () => {
    expect(compareOutcome(dataset("delivered"), null)).toEqual(["was never imported"]);
  });

  it("is wrong when something without items was planned, or reported twice", () => {
    const planned = found("APPROVED", [], { isPlanned: true, problems: 2 });
    expect(compareOutcome(dataset("unavailable", { items: 0 }), planned)).toEqual([
      "planned: true, expected false",
      "reported: 2, expected 1",
    ]);
  });
});
