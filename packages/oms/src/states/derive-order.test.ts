import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { deriveOrder, type ItemSnapshot, type OrderSnapshot } from "./derive-order.ts";
import type { OrderState, PackageState } from "./transition-rules.ts";

let lastId = 0n;
const anItem = (...states: readonly PackageState[]): ItemSnapshot => ({
  id: (lastId += 1n),
  state: "APPROVED",
  quantity: Math.max(1, states.length),
  cancelled: 0,
  units: states.map((state) => ({ state, units: 1 })),
});
const anOrder = (items: readonly ItemSnapshot[], overrides: Partial<OrderSnapshot> = {}): OrderSnapshot => ({
  id: 1n,
  state: "APPROVED",
  plan: { id: 1n, state: "COMPLETED", hasException: false },
  items,
  ...overrides,
});
const cancelled: ItemSnapshot = { ...anItem(), cancelled: 1 };

describe("the state of an order", () => {
  it.each<[string, readonly ItemSnapshot[], OrderState]>([
    ["nothing is packed", [anItem("WAITING"), anItem("PREPARING")], "APPROVED"],
    ["something is packed", [anItem("WAITING"), anItem("PACKED")], "PREPARING"],
    ["all of it is packed for a refund", [anItem("PACKED_FOR_REFUND")], "REFUNDED"],
    ["a part is packed for a refund", [anItem("PACKED_FOR_REFUND", "PACKED"), anItem("WAITING")], "PREPARING"],
    ["something is shipped", [anItem("WAITING"), anItem("SHIPPED")], "SHIPPED"],
    ["something is delivered, the rest not", [anItem("DELIVERED"), anItem("WAITING")], "SHIPPED"],
    ["half of an item is delivered", [anItem("DELIVERED", "PACKED")], "SHIPPED"],
    ["all that is left waits for pick-up", [anItem("DELIVERED"), anItem("READY_FOR_PICKUP")], "READY_FOR_PICKUP"],
    [
      "all that is left was attempted or failed",
      [anItem("ATTEMPTED_DELIVERY", "DELIVERY_FAILED")],
      "ATTEMPTED_DELIVERY",
    ],
    ["parts are at different last steps", [anItem("READY_FOR_PICKUP"), anItem("ATTEMPTED_DELIVERY")], "SHIPPED"],
    ["everything is delivered", [anItem("DELIVERED"), anItem("DELIVERED", "DELIVERED")], "DELIVERED"],
    ["everything left of it is delivered", [anItem("DELIVERED"), cancelled], "DELIVERED"],
    ["everything is cancelled", [cancelled, cancelled], "CANCELLED"],
    ["some is refunded, the rest cancelled", [{ ...anItem("DELIVERED"), state: "REFUNDED" }, cancelled], "REFUNDED"],
    [
      "some is refunded, the rest delivered",
      [{ ...anItem("DELIVERED"), state: "REFUNDED" }, anItem("DELIVERED")],
      "DELIVERED",
    ],
    ["it is out of stock", [anItem("OUT_OF_STOCK")], "APPROVED"],
  ])("when %s", (_, items, state) => {
    expect(deriveOrder(anOrder(items)).state).toBe(state);
  });

  it("goes back when its only package does, and stays Omnitron's word before anything has begun", () => {
    expect(deriveOrder(anOrder([{ ...anItem(), state: "PREPARING" }], { state: "PREPARING" })).state).toBe("APPROVED");
    const waiting = { ...anItem("WAITING"), state: "CANCELLATION_WAITING" as const };
    expect(deriveOrder(anOrder([waiting], { state: "CANCELLATION_WAITING" })).state).toBe("CANCELLATION_WAITING");
  });

  it("is kept for an order without items", () => {
    expect(deriveOrder(anOrder([])).state).toBe("APPROVED");
  });
});

describe("the state of a plan", () => {
  it.each([
    ["an exception makes it pending", "COMPLETED", true, [anItem("OUT_OF_STOCK")], "PENDING"],
    ["without one it is completed", "PENDING", false, [anItem("WAITING")], "COMPLETED"],
    ["it ends with the last item", "COMPLETED", false, [cancelled], "CANCELLED"],
    ["one with a wanted unit in no package starts again", "COMPLETED", false, [anItem("SHIPPED"), anItem()], "START"],
    ["one cancelled whole that gets an item starts again", "CANCELLED", false, [cancelled, anItem()], "START"],
    ["one whose last open unit is cancelled has nothing to start", "START", false, [anItem("WAITING")], "COMPLETED"],
  ] as const)("%s", (_, state, hasException, items, expected) => {
    expect(deriveOrder(anOrder(items, { plan: { id: 1n, state, hasException } })).planState).toBe(expected);
  });
});

it("an order is delivered exactly when every unit not cancelled is", () => {
  const packageState = fc.constantFrom<PackageState>("WAITING", "PACKED", "SHIPPED", "DELIVERY_FAILED", "DELIVERED");
  const items = fc.array(
    fc.record({ states: fc.array(packageState, { minLength: 1, maxLength: 3 }), isCancelled: fc.boolean() }),
    { minLength: 1, maxLength: 4 },
  );
  fc.assert(
    fc.property(items, (drawn) => {
      const snapshots = drawn.map(({ states, isCancelled }) => (isCancelled ? cancelled : anItem(...states)));
      const open = drawn.filter(({ isCancelled }) => !isCancelled).flatMap(({ states }) => states);
      const { state } = deriveOrder(anOrder(snapshots));
      expect(state === "DELIVERED").toBe(open.length > 0 && open.every((unit) => unit === "DELIVERED"));
      expect(state === "CANCELLED").toBe(open.length === 0);
    }),
  );
});
