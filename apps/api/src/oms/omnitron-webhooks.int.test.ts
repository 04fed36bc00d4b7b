import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import {
  omnitronWebhooksUnderTest,
  type OmnitronWebhooksUnderTest,
  orderPayload,
  planPayload,
} from "../../test/omnitron-webhooks-under-test.ts";

let api: OmnitronWebhooksUnderTest;
beforeAll(async () => void (api = await omnitronWebhooksUnderTest()));
afterAll(() => api.close());

const order = orderPayload(1, {
  payment_type: null,
  cargo_company: null,
  shipping_option_slug: null,
  customer: { pk: 1, type: "guest" },
  shipping_address: { country: "BR", state: "SP", city: "campinas", district: null, postcode: null },
});
const plan = planPayload({ order: { pk: 1, number: "R1", status: "50" } });

describe("webhooks of Omnitron", () => {
  it("bring an order and a cancellation in at once, and each event once", async () => {
    expect((await api.sendEvent("orders", "e1", order)).json()).toEqual({ duplicate: false, changed: true });
    expect((await api.sendEvent("orders", "e1", order)).json()).toEqual({ duplicate: true, changed: false });
    expect((await api.sendEvent("orders", "e2", order)).json()).toEqual({ duplicate: false, changed: false });
    expect((await api.sendEvent("cancellation_plan", "e1", plan)).json()).toEqual({ duplicate: false, changed: true });
    expect((await api.sendEvent("cancellation_plan", "e3", plan)).json()).toEqual({ duplicate: false, changed: false });
    expect(await api.db.order.findMany({ include: { items: true } })).toMatchObject([
      { number: "R1", items: [{ quantity: 2 }] },
    ]);
    expect(await api.db.cancellationPlan.findMany({ include: { items: true } })).toMatchObject([
      { status: "WAITING", orderId: expect.anything(), items: [{ quantity: 1 }] },
    ]);
    expect(await api.db.webhookRequest.count({ where: { status: "DONE" } })).toBe(4);
  });

  it("answer 400 for what cannot be used, keep it on record, and take the corrected one under the same id", async () => {
    const bad = await api.sendEvent("orders", "e9", orderPayload(9, { amount: "much" }));
    expect([bad.status, bad.json().detail]).toEqual([400, expect.stringContaining("amount")]);
    expect(await api.db.webhookRequest.findFirst({ where: { eventUuid: "e9" } })).toMatchObject({ status: "FAILED" });
    expect((await api.sendEvent("orders", "e9", orderPayload(9))).json()).toMatchObject({ changed: true });
    expect((await api.sendBody("orders", "{}")).status).toBe(400);
  });

  it("take one in once when it arrives five times at once", async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => api.sendEvent("orders", "e11", orderPayload(11))),
    );
    expect(answers.map((answer) => answer.json().changed).filter(Boolean)).toHaveLength(1);
    expect(
      await api.db.eventQueue.count({
        where: { eventType: "order.imported", payload: { path: ["number"], equals: "R11" } },
      }),
    ).toBe(1);
  });
});
