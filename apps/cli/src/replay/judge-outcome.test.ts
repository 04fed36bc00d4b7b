import { describe, expect, it } from "@jest/globals";

import { judgeOutcome, type OrderOutcome } from "./judge-outcome.ts";
import type { DatasetOutcome } from "./outside.ts";

const dataset = (fate: string, change: Partial<DatasetOutcome> = {}): DatasetOutcome => ({
  pk: 1,
  number: "n",
  fate,
  items: 1,
  handedOver: false,
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
    [dataset("delivered", { handedOver: true, toldStatus: "550" }), found("DELIVERED", ["DELIVERED"])],
    [dataset("shipped", { handedOver: true, toldStatus: "500" }), found("SHIPPED", ["SHIPPED"])],
    [dataset("invoiced", { toldStatus: "450" }), found("PREPARING", ["PACKED"])],
    [dataset("processing"), found("APPROVED", ["WAITING"])],
    [dataset("canceled", { toldStatus: "100", cancellation: "completed" }), found("CANCELLED", ["CANCELLED"])],
    [
      dataset("canceled", { toldStatus: "100", cancellation: "completed" }),
      found("CANCELLED", [], { isPlanned: false }),
    ],
    [
      dataset("canceled", { handedOver: true, toldStatus: "500", cancellation: "rejected" }),
      found("SHIPPED", ["SHIPPED"]),
    ],
    [dataset("unavailable", { items: 0 }), found("APPROVED", [], { isPlanned: false, problems: 1 })],
  ])("%j is right", (fate, outcome) => {
    expect(judgeOutcome(fate, outcome)).toEqual([]);
  });
});

describe("an order that did not", () => {
  it("is told in words, every fact that is wrong", () => {
    expect(
      judgeOutcome(dataset("delivered", { toldStatus: "500" }), found("SHIPPED", ["DELIVERED", "SHIPPED"])),
    ).toEqual([
      "state: SHIPPED, expected DELIVERED",
      "packages: DELIVERED+SHIPPED, expected DELIVERED",
      "Omnitron knows: 500, expected 550",
    ]);
  });

  it("is missed when it never came in", () => {
    expect(judgeOutcome(dataset("delivered"), null)).toEqual(["was never imported"]);
  });

  it("is wrong when something without items was planned, or reported twice", () => {
    const planned = found("APPROVED", [], { isPlanned: true, problems: 2 });
    expect(judgeOutcome(dataset("unavailable", { items: 0 }), planned)).toEqual([
      "planned: true, expected false",
      "reported: 2, expected 1",
    ]);
  });
});
