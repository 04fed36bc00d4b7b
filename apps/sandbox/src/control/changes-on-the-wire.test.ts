import { describe, expect, it } from "@jest/globals";

import { engine, omnitron, useSandbox } from "../../test/use-sandbox.ts";

const { call, send } = useSandbox();
const PLANS = "/api/i1/cancellation_plans/updates";
const ORDER = "SB000000003";

describe("Omnitron's people", () => {
  it("make a cancellation plan, change it and withdraw it, each time as the newest one", async () => {
    const wish = { order: ORDER, items: [{ order_item_pk: 30, quantity: 1 }] };
    await call("PUT", "/_sandbox/cancellation_plans/900001", wish);
    await call("PUT", "/_sandbox/clock", { virtualNow: "2025-01-08T13:00:00Z" });
    const changed = { ...wish, status: "rejected", items: [{ order_item_pk: 30, quantity: 2 }] };
    await call("PUT", "/_sandbox/cancellation_plans/900001", changed);
    const { results } = await call("GET", `${PLANS}?modified_after=2025-01-08T12:30:00Z`, undefined, omnitron);
    expect(results.at(-1)).toEqual({
      pk: 900_001,
      order: { number: ORDER },
      plan_type: "cancel",
      status: "rejected",
      modified_date: "2025-01-08T13:00:00.000Z",
      items: [{ order_item_pk: 30, quantity: 2 }],
    });
  });

  it("see what came back about a plan", async () => {
    const wish = { order: ORDER, items: [{ order_item_pk: 30, quantity: 1 }] };
    await call("PUT", "/_sandbox/cancellation_plans/900002", wish);
    await call("POST", "/api/i1/cancellation_plans/900002/result", { status: "completed", items: [] }, omnitron);
    const { results } = await call("GET", "/_sandbox/cancellation_plans");
    expect(results.find(({ pk }) => pk === 900_002)).toMatchObject({ result: { status: "completed" } });
  });

  it("cannot cancel an order that is not there", async () => {
    const answer = await send("PUT", "/_sandbox/cancellation_plans/900003", { order: "SB999999999", items: [] });
    expect(answer.status).toBe(404);
  });

  it("look at an order as it would be sent", async () => {
    await call("PUT", `/_sandbox/orders/${ORDER}`, { patch: { status: "600" } });
    expect(await call("GET", `/_sandbox/orders/${ORDER}`)).toMatchObject({ pk: 3, status: "600" });
  });
});

describe("stock", () => {
  it("is what was said of a location, until the dataset has the word again", async () => {
    const skus = ["SKU-00001"];
    const ask = async () => (await call("POST", "/api/v1/stock/query", { skus }, engine)).stock;
    const before = await ask();
    const say = (quantity: number | null) =>
      call("PUT", "/_sandbox/stock", { levels: [{ sku: "SKU-00001", erp_code: "seller-001", quantity }] });
    await say(3);
    expect(await ask()).toContainEqual({ sku: "SKU-00001", erp_code: "seller-001", quantity: 3 });
    await say(null);
    expect(await ask()).toEqual(before);
  });
});
