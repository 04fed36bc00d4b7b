import { describe, expect, it } from "@jest/globals";

import { diceOf } from "../dice.ts";
import { orderChangeKinds, planOrderChange } from "./order-changes.ts";
import { itemWith, orderWith } from "./wire-order-with.ts";

const offers = [itemWith({ pk: 90, product: { pk: 9, sku: "OTHER", name: "other", barcode: null } })];
const order = orderWith({ orderitem_set: [itemWith({ pk: 10, quantity: 3 }), itemWith({ pk: 11, quantity: 2 })] });
const gone = itemWith({ pk: 12 });
const material = { everHad: [...order.orderitem_set, gone], offers, freePk: 800 };
const change = (kind: (typeof orderChangeKinds)[number], of = order) => {
  const patch = planOrderChange(kind, of, diceOf("test", kind), material);
  return patch === null ? null : orderWith({ ...of, ...patch });
};
const units = ({ orderitem_set: items }: typeof order) => items.reduce((sum, { quantity }) => sum + quantity, 0);

describe("a change of an order", () => {
  it("is another order than before, whichever kind can be done to it", () => {
    const cannot = orderChangeKinds.filter((kind) => change(kind) === null);
    expect(cannot).toEqual(["order status back", "item status back"]);
    for (const kind of orderChangeKinds) expect(change(kind)).not.toEqual(order);
  });

  it("is the same with the same dice", () => {
    for (const kind of orderChangeKinds) expect(change(kind)).toEqual(change(kind));
  });

  it("takes units away or adds some, and never leaves none of an item", () => {
    expect(units(change("quantity up")!)).toBeGreaterThan(5);
    expect(units(change("quantity down")!)).toBeLessThan(5);
    expect(planOrderChange("quantity down", orderWith({ orderitem_set: [gone] }), diceOf(1), material)).toBeNull();
  });

  it("adds an item under a pk of its own, removes one, and puts one back that was there", () => {
    expect(change("item added")!.orderitem_set.map(({ pk }) => pk)).toEqual([10, 11, 800]);
    expect(change("item removed")!.orderitem_set).toHaveLength(1);
    expect(change("item put back")!.orderitem_set.map(({ pk }) => pk)).toEqual([10, 11, 12]);
  });

  it("gives an item another product", () => {
    expect(change("SKU")!.orderitem_set.filter(({ product }) => product.sku === "OTHER")).toHaveLength(1);
  });

  it("changes the status of the order or of an item, and takes it back with its items", () => {
    const statuses = ["order status 50", "order status 100", "order status 600"] as const;
    expect(statuses.map((kind) => change(kind)!.status)).toEqual(["50", "100", "600"]);
    const cancelled = orderWith({ status: "100", orderitem_set: [itemWith({ status: "100" })] });
    const back = change("order status back", cancelled)!;
    expect([back.status, back.orderitem_set[0]!.status]).toEqual(["400", "400"]);
  });
});
