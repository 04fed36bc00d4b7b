import { describe, expect, it } from "@jest/globals";

import { packageCommands, transferCommands } from "@drumline/oms/commands";
import type { StoreWork } from "@drumline/oms/simulation";

import { diceOf } from "../dice.ts";
import { decidePackage, decideTransfer } from "./store-actions.ts";

const work = (state: string, hasParcel = false): StoreWork => ({
  id: "1",
  orderNumber: "SB1",
  erpCode: "seller-001",
  skus: ["A", "B"],
  state,
  hasParcel,
  items: [
    { orderItemId: 1, sku: "A" },
    { orderItemId: 2, sku: "B" },
  ],
});
const places = ["seller-001", "seller-002"];
const many = Array.from({ length: 1_000 }, (_, index) => index);
const PACKAGE_STATES = ["WAITING", "PREPARING", "READY_FOR_PACKAGING", "BLOCKED", "PACKED", "SHIPPED", "OUT_OF_STOCK"];

describe("a store", () => {
  it("gives only commands that there are, with arguments that they take", () => {
    for (const state of PACKAGE_STATES)
      for (const throwNo of many) {
        const action = decidePackage(work(state), diceOf(state, throwNo), { isCalm: false, places });
        if (action === null) continue;
        const command = packageCommands.find(({ name }) => name === action.command)!;
        expect(command.args.safeParse(action.args).success).toBe(true);
      }
    for (const state of ["WAITING", "READY_TO_SHIPMENT", "IN_TRANSIT", "OUT_OF_STOCK"])
      for (const throwNo of many) {
        const action = decideTransfer(work(state), diceOf(state, throwNo), { isCalm: false });
        if (action === null) continue;
        const command = transferCommands.find(({ name }) => name === action.command)!;
        expect(command.args.safeParse(action.args).success).toBe(true);
      }
  });

  it("does every kind of thing to a package that waits", () => {
    const done = many.map((no) => decidePackage(work("WAITING"), diceOf(no), { isCalm: false, places })?.command);
    expect(new Set(done).size).toBeGreaterThan(8);
  });

  it("leaves a parcel to its carrier", () => {
    expect(decidePackage(work("SHIPPED", true), diceOf(1), { isCalm: false, places })).toBeNull();
  });

  it("only brings things to their end when life is calm", () => {
    const calm = (state: string) => decidePackage(work(state), diceOf(1), { isCalm: true, places })?.command;
    expect(PACKAGE_STATES.map(calm)).toEqual([
      "COMPLETE_PACKAGING",
      "COMPLETE_PACKAGING",
      "COMPLETE_PACKAGING",
      "UNBLOCK_THE_PACKAGE",
      "SHIP_THE_PACKAGE",
      "UPDATE_SHIPMENT_STATUS",
      undefined,
    ]);
  });
});
