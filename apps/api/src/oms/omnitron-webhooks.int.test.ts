import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { apiUnderTest, type ApiUnderTest } from "../../test/api-under-test.ts";

let api: ApiUnderTest;
beforeAll(async () => void (api = await apiUnderTest()));
afterAll(() => api.close());

const send = (path: string, uuid: string, payload: object) =>
  api.ask(`/api/v1/oms/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ event: { type: `${path}.created`, uuid }, payload }),
  });
const order = {
  pk: 1,
  number: "R1",
  status: "400",
  channel: { pk: 1, name: "olist" },
  currency: "BRL",
  amount: "29.90",
  date_placed: "2026-11-20T09:00:00Z",
  modified_date: "2026-11-20T10:00:00Z",
  payment_type: null,
  cargo_company: null,
  shipping_option_slug: null,
  customer: { pk: 1, type: "guest" },
  shipping_address: { country: "BR", state: "SP", city: "campinas", district: null, postcode: null },
  orderitem_set: [
    {
      pk: 1,
      status: "400",
      quantity: 2,
      price: "14.95",
      product: { pk: 1, sku: "s", name: "S", barcode: null },
      attributes_kwargs: {},
    },
  ],
};
const plan = {
  pk: 7,
  order: { pk: 1, number: "R1", status: "50" },
  plan_type: "cancel",
  status: "waiting",
  modified_date: "2026-11-20T11:00:00Z",
  items: [{ order_item_pk: 1, quantity: 1 }],
};

describe("webhooks of Omnitron", () => {
  it("bring an order and a cancellation in at once, and each event once", async () => {
    expect((await send("orders", "e1", order)).json()).toEqual({ duplicate: false, changed: true });
    expect((await send("orders", "e1", order)).json()).toEqual({ duplicate: true, changed: false });
    expect((await send("orders", "e2", order)).json()).toEqual({ duplicate: false, changed: false });
    expect((await send("cancellation_plan", "e1", plan)).json()).toEqual({ duplicate: false, changed: true });
    expect((await send("cancellation_plan", "e3", plan)).json()).toEqual({ duplicate: false, changed: false });
    expect(await api.db.order.findMany({ include: { items: true } })).toMatchObject([
      { number: "R1", items: [{ quantity: 2 }] },
    ]);
    expect(await api.db.cancellationPlan.findMany({ include: { items: true } })).toMatchObject([
      { status: "WAITING", orderId: expect.anything(), items: [{ quantity: 1 }] },
    ]);
    expect(await api.db.webhookRequest.count({ where: { status: "DONE" } })).toBe(4);
  });

  it("answer 400 for what cannot be used, keep it on record, and take the corrected one under the same id", async () => {
    const bad = await send("orders", "e9", { ...order, number: "R9", pk: 9, amount: "much" });
    expect([bad.status, bad.json().detail]).toEqual([400, expect.stringContaining("amount")]);
    expect(await api.db.webhookRequest.findFirst({ where: { eventUuid: "e9" } })).toMatchObject({ status: "FAILED" });
    const items = [{ ...order.orderitem_set[0]!, pk: 9 }];
    expect((await send("orders", "e9", { ...order, number: "R9", pk: 9, orderitem_set: items })).json()).toMatchObject({
      changed: true,
    });
    expect(
      (
        await api.ask("/api/v1/oms/orders", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: "{}",
        })
      ).status,
    ).toBe(400);
  });

  it("take one in once when it arrives five times at once", async () => {
    const items = [{ ...order.orderitem_set[0]!, pk: 11 }];
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => send("orders", "e11", { ...order, pk: 11, number: "R11", orderitem_set: items })),
    );
    expect(answers.map((answer) => answer.json().changed).filter(Boolean)).toHaveLength(1);
    expect(
      await api.db.eventQueue.count({
        where: { eventType: "order.imported", payload: { path: ["number"], equals: "R11" } },
      }),
    ).toBe(1);
  });
});
