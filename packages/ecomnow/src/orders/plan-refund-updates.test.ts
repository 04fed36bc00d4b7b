import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { type ChangedRefund, planRefundUpdates } from "./plan-refund-updates.ts";

const refund = (id: number, amountMinor: number, status: ChangedRefund["status"] = "OPEN"): ChangedRefund => ({
  id: BigInt(id),
  number: `R${id}`,
  orderId: 1n,
  version: 1,
  status,
  amountMinor: BigInt(amountMinor),
});

const balance = (paidMinor: number, committed: readonly (readonly [number, number])[]) =>
  new Map([
    [
      1n,
      {
        orderId: 1n,
        paidMinor: BigInt(paidMinor),
        committedMinor: new Map(committed.map(([id, minor]) => [BigInt(id), BigInt(minor)])),
      },
    ],
  ]);

describe("the refunds of an order", () => {
  it("never sum up to more than was paid, in whatever order they come", () => {
    const refunds = fc.array(
      fc.record({ id: fc.nat(6), amount: fc.nat(100), status: fc.constantFrom("OPEN", "CLOSED", "CANCELLED") }),
    );
    fc.assert(
      fc.property(refunds, fc.array(fc.tuple(fc.nat(6), fc.nat(20))), fc.nat(300), (given, committed, paid) => {
        const balances = balance(paid, committed);
        const planned = planRefundUpdates(
          given.map(({ id, amount, status }) => refund(id, amount, status)),
          balances,
        );
        const most = new Map(balances.get(1n)!.committedMinor);
        for (const { refund: of, amountMinor, refusal } of planned) {
          const others = [...most].filter(([id]) => id !== of.id).reduce((sum, [, minor]) => sum + minor, 0n);
          expect(refusal === null).toBe(others + amountMinor <= BigInt(paid));
          if (refusal === null && amountMinor > (most.get(of.id) ?? 0n)) most.set(of.id, amountMinor);
        }
      }),
      { seed: 7 },
    );
  });

  it("are planned by the batch, however many the order has", () => {
    const committed = Array.from({ length: 100_000 }, (_, id) => [id, 1] as const);
    const planned = planRefundUpdates(
      Array.from({ length: 500 }, (_, index) => refund(100_000 + index, 1)),
      balance(100_400, committed),
    );
    expect(planned.filter(({ refusal }) => refusal === null)).toHaveLength(400);
  });
});
