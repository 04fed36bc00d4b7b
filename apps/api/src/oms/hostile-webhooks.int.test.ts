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

const order = (overrides: object = {}) => orderPayload(1, overrides);
const nested = (levels: number): unknown => JSON.parse(`${"[".repeat(levels)}${"]".repeat(levels)}`);

describe("a webhook of Omnitron", () => {
  it("may leave out what may be null", async () => {
    expect((await api.sendEvent("orders", "e1", order())).json()).toEqual({ duplicate: false, changed: true });
  });

  it.each([
    ["orders", "date_placed", order({ date_placed: "0000-01-01T00:00:00Z" })],
    ["orders", "date_placed", order({ date_placed: "9999-12-31T23:59:59-23:59" })],
    ["orders", "modified_date", order({ modified_date: "9999-12-31T23:59:59-23:59" })],
    ["orders", "pk", order({ pk: 2 ** 53 })],
    ["orders", "cargo_company", order({ cargo_company: "x".repeat(501) })],
    ["orders", "number", order({ number: "a\0b" })],
    ["orders", "shipping_address", order({ shipping_address: { country: "\ud83d" } })],
    ["orders", "body", order({ note: nested(90) })],
    ["cancellation_plan", "modified_date", planPayload({ modified_date: "0001-01-01T00:00:00+00:01" })],
    ["cancellation_plan", "items", planPayload({ items: [{ order_item_pk: 2 ** 53, quantity: 1 }] })],
  ] as const)("of %s that cannot be kept is answered 400 with the field: %s", async (path, field, payload) => {
    const answer = await api.sendEvent(path, `bad ${field} ${Math.random()}`, payload);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.json())).toContain(field);
  });

  it("nested 100,000 levels deep is answered 400", async () => {
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const answer = await api.sendBody(
      "orders",
      `{"event":{"type":"orders.created","uuid":"deep"},"payload":{"note":${deep}}}`,
    );
    expect([answer.status, JSON.stringify(answer.json())]).toEqual([400, expect.stringContaining("levels deep")]);
  });

  it("that only the database refuses is answered 400 with its words, and is on record", async () => {
    await api.db.$executeRaw`ALTER TABLE orders ADD CONSTRAINT no_evil CHECK (number <> 'EVIL')`;
    const answer = await api.sendEvent("orders", "evil", order({ pk: 6, number: "EVIL", orderitem_set: [] }));
    expect([answer.status, answer.json().detail]).toEqual([400, expect.stringContaining("no_evil")]);
    expect(await api.db.webhookRequest.findFirst({ where: { eventUuid: "evil" } })).toMatchObject({ status: "FAILED" });
  });

  it("leaves nothing behind where it was refused", async () => {
    expect(await api.db.order.count()).toBe(1);
    expect(await api.db.cancellationPlan.count()).toBe(0);
  });
});
