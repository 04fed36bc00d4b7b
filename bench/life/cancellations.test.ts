import { describe, expect, it } from "@jest/globals";

import { diceOf } from "../dice.ts";
import { type MadePlan, NEW_PLANS, planCancellation, planPlanChange } from "./cancellations.ts";
import { itemWith, orderWith } from "./wire-order-with.ts";

const order = orderWith({ orderitem_set: [itemWith({ pk: 10, quantity: 3 }), itemWith({ pk: 11, quantity: 2 })] });
const dice = () => diceOf("test");
const made: MadePlan = {
  pk: 900,
  order: "SB1",
  plan_type: "cancel",
  status: "waiting",
  items: [{ order_item_pk: 10, quantity: 1 }],
  isAnswered: false,
};

describe("a cancellation plan", () => {
  it("asks for at least a unit, of every kind", () => {
    for (const kind of NEW_PLANS) {
      const { items } = planCancellation(kind, order, dice())!;
      expect(items.length).toBeGreaterThan(0);
      for (const { quantity } of items) expect(quantity).toBeGreaterThan(0);
    }
  });

  it("asks for the whole order, for too much, or for what is not there", () => {
    expect(planCancellation("whole order", order, dice())!.items).toEqual([
      { order_item_pk: 10, quantity: 3 },
      { order_item_pk: 11, quantity: 2 },
    ]);
    expect(planCancellation("more units than there are", order, dice())!.items[0]!.quantity).toBeGreaterThan(3 - 1);
    expect(planCancellation("an item that is not there", order, dice())!.items).toHaveLength(2);
    expect(planCancellation("refund", order, dice())!.plan_type).toBe("refund");
  });

  it("is withdrawn as it was, and made again", () => {
    const withdrawn = planPlanChange("plan withdrawn", made, order, dice());
    expect(withdrawn).toEqual({ order: "SB1", plan_type: "cancel", status: "rejected", items: made.items });
    const again = planPlanChange("plan made again", { ...made, status: "rejected" }, order, dice());
    expect(again).toMatchObject({ status: "waiting" });
  });

  it("is left alone once it was answered", () => {
    const answered = { ...made, isAnswered: true };
    expect(planPlanChange("plan withdrawn", answered, order, dice())).toBeNull();
    expect(planPlanChange("plan changed", answered, order, dice())).toBeNull();
  });
});
