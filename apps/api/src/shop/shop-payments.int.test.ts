import { randomUUID } from "node:crypto";

import { type PaymentGateway, UnreadableWebhook } from "@drumline/shop/commands";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { apiUnderTest, type ApiUnderTest } from "../../test/api-under-test.ts";

const calls: string[] = [];
const refuse = (call: string) => (): never => {
  calls.push(call);
  throw new Error(`the api asks no provider to ${call}`);
};
const provider: PaymentGateway = {
  provider: "mollie",
  canPoll: true,
  create: refuse("create"),
  get: refuse("get"),
  cancel: refuse("cancel"),
  refund: refuse("refund"),
  listRefunds: refuse("listRefunds"),
  list: refuse("list"),
  listDisputes: refuse("listDisputes"),
  parseWebhook: (body) => {
    const id = new URLSearchParams(body.toString()).get("id");
    if (id === null || !/^tr_\w{1,60}$/.test(id)) throw new UnreadableWebhook("mollie", "it has no id");
    return [{ providerId: id, eventId: null, observed: null }];
  },
};
let api: ApiUnderTest;

beforeAll(async () => void (api = await apiUnderTest({ payments: new Map([["mollie", provider]]) })));
afterAll(() => api.close());

const newOrder = (reference: string, changes: object = {}) => ({
  reference,
  currency: "EUR",
  totalMinor: 1_000,
  email: "Ann@Example.com",
  name: "Ann",
  shipTo: { line1: "Street 1", city: "Utrecht", country: "NL" },
  customer: { reference: `C-${reference}`, email: "Ann@Example.com" },
  lines: [{ sku: "A", title: "Apple", quantity: 2, priceMinor: 500 }],
  payments: [{ provider: "mollie", providerId: `tr_${reference}`, amountMinor: 1_000 }],
  ...changes,
});
const take = (order: object) => api.send("POST", "/api/v1/shop/orders", order);
const hook = (body: string, path = "/webhooks/payments/mollie") =>
  api.ask(path, {
    method: "POST",
    anonymous: true,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body,
  });
const paymentOf = (providerId: string) => api.db.shopPayment.findFirstOrThrow({ where: { providerId } });
const runs = () => api.db.run.count({ where: { task: "shop.payments.tasks.check_payment_status" } });

describe("orders of the shop", () => {
  it("come in once by their reference, with customer, lines and attempts; later attempts are added", async () => {
    const first = await take(newOrder("one"));
    expect([first.status, first.json()]).toEqual([201, expect.objectContaining({ newPayments: 1 })]);
    expect(first.json().order).toMatchObject({
      reference: "one",
      status: "PLACED",
      paymentState: "AWAITING",
      version: 1,
    });
    expect(first.json().missing).toEqual([{ sku: "A", wanted: 2, available: null }]);
    const again = await take(newOrder("one"));
    expect([again.status, again.json().newPayments]).toEqual([200, 0]);
    const second = { provider: "mollie", providerId: "tr_one_b", amountMinor: 1_000 };
    const more = await take(newOrder("one", { payments: [...newOrder("one").payments, second] }));
    expect([more.status, more.json().newPayments]).toEqual([200, 1]);
    expect(await api.db.shopOrder.findMany({ where: { reference: "one" } })).toMatchObject([
      { emailKey: "ann@example.com", email: "Ann@Example.com" },
    ]);
    expect((await api.ask("/api/v1/shop/orders?reference=one")).json().items).toHaveLength(1);
  });

  it("are refused with other facts, with another order's payment, and where a field is wrong, with its name", async () => {
    const other = await take(newOrder("one", { totalMinor: 999 }));
    expect([other.status, other.json()]).toEqual([
      409,
      expect.objectContaining({ code: "ORDER_DIFFERS", detail: expect.stringContaining("totalMinor") }),
    ]);
    const stolen = await take(
      newOrder("two", { payments: [{ provider: "mollie", providerId: "tr_one", amountMinor: 1_000 }] }),
    );
    expect([stolen.status, stolen.json().detail]).toEqual([409, expect.stringContaining("payments.0")]);
    expect(await api.db.shopOrder.count({ where: { reference: "two" } })).toBe(0);
    for (const [changes, where] of [
      [{ currency: "euro" }, "currency"],
      [{ totalMinor: 10.5 }, "totalMinor"],
      [{ totalMinor: -1 }, "totalMinor"],
      [{ lines: [] }, "lines"],
      [{ name: "a\0b" }, "name"],
      [{ timeZone: "Mars" }, "timeZone"],
      [{ payments: [{ provider: "Mollie!", amountMinor: 1 }] }, "provider"],
    ] as const) {
      const answer = await take(newOrder("three", changes));
      expect([answer.status, JSON.stringify(answer.json())]).toEqual([400, expect.stringContaining(where)]);
    }
  });

  it("are taken once by ten requests at once", async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => take(newOrder("race"))));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(9);
    expect(await api.db.shopPayment.count({ where: { providerId: "tr_race" } })).toBe(1);
  });
});

describe("a webhook of a payment provider", () => {
  it("is stored and answered, and starts one run that asks: its payment is due at once", async () => {
    await take(newOrder("paid"));
    const before = await runs();
    const answers = await Promise.all([hook("id=tr_paid"), hook("id=tr_paid"), hook("id=tr_paid")]);
    expect(answers.map(({ status, body }) => [status, body])).toEqual(answers.map(() => [200, '{"received":true}']));
    expect((await runs()) - before).toBe(1);
    expect(await paymentOf("tr_paid")).toMatchObject({
      nextCheckAt: api.clock.now(),
      askSource: "WEBHOOK",
      status: "OPEN",
    });
    expect(calls).toEqual([]);
  });

  it("of a payment that nobody knows is answered 200, and its payment is due at once when its order comes", async () => {
    expect((await hook("id=tr_early")).status).toBe(200);
    expect(await api.db.shopPaymentHint.findMany()).toMatchObject([{ providerId: "tr_early", observed: null }]);
    await take(newOrder("early"));
    expect(await paymentOf("tr_early")).toMatchObject({ nextCheckAt: api.clock.now(), askSource: "WEBHOOK" });
    expect(await api.db.shopPaymentHint.count()).toBe(0);
  });

  it.each([
    ["without an id", "", 400],
    ["with quotes in its id", "id='tr_1'", 400],
    ["with an id of 10 kB", `id=tr_${"x".repeat(10_000)}`, 400],
    ["that is JSON", '{"id":"tr_1"}', 400],
    ["of 100 kB", "x".repeat(100_000), 400],
    ["of 1 MB", "x".repeat(1_000_000), 413],
  ])("%s is refused, and nobody is asked", async (_, body, status) => {
    const hints = await api.db.shopPaymentHint.count();
    expect((await hook(body)).status).toBe(status);
    expect(await api.db.shopPaymentHint.count()).toBe(hints);
    expect(calls).toEqual([]);
  });

  it("that became a GET by a redirect, or is of a provider that is not in use, is answered 404 or 405", async () => {
    expect([404, 405]).toContain((await api.ask("/webhooks/payments/mollie", { anonymous: true })).status);
    expect((await hook("id=tr_1", "/webhooks/payments/paypal")).status).toBe(404);
  });
});

describe("a payment", () => {
  it("is asked for now when the shopper returns or a person wants it, and shows all that was seen of it", async () => {
    await take(newOrder("back"));
    const { id } = await paymentOf("tr_back");
    const asked = await api.send("POST", `/api/v1/shop/payments/${id}/ask`, { source: "RETURN" });
    expect([asked.status, asked.json()]).toEqual([202, { runId: expect.any(String) }]);
    expect(await paymentOf("tr_back")).toMatchObject({ nextCheckAt: api.clock.now(), askSource: "RETURN" });
    const seen = { paymentId: id, at: api.clock.now(), source: "RETURN", rawStatus: "paid", effect: "CONFIRM" };
    await api.db.shopPaymentObservation.create({ data: { ...seen, fromStatus: "OPEN", toStatus: "PAID" } });
    const shown = (await api.ask(`/api/v1/shop/payments/${id}`)).json();
    expect(shown).toMatchObject({
      orderReference: "back",
      amountMinor: 1_000,
      paidMinor: null,
      paidCurrency: null,
      history: [{ source: "RETURN", fromStatus: "OPEN", toStatus: "PAID", effect: "CONFIRM" }],
      refunds: [],
      disputes: [],
    });
    expect((await api.send("POST", `/api/v1/shop/payments/${randomUUID()}/ask`, {})).status).toBe(404);
    await api.db.shopPayment.update({ where: { id }, data: { paidMinor: 1_250n, paidCurrency: "USD" } });
    const paid = { amountMinor: 1_000, currency: "EUR", paidMinor: 1_250, paidCurrency: "USD", refundedMinor: 0 };
    expect((await api.ask(`/api/v1/shop/payments/${id}`)).json()).toMatchObject(paid);
    expect((await api.ask("/api/v1/shop/payments?providerId=tr_back")).json().items).toMatchObject([paid]);
    await api.db.shopPayment.update({ where: { id }, data: { paidMinor: 1_000n, paidCurrency: "EUR" } });
  });

  it("goes back once per cause, and never more than is left", async () => {
    const [{ id }] = (await api.ask("/api/v1/shop/payments?providerId=tr_back")).json().items;
    await api.db.shopPayment.update({ where: { id }, data: { status: "PAID" } });
    const refund = (body: object) =>
      api.send("POST", `/api/v1/shop/payments/${id}/refunds`, { note: "returned", ...body });
    const first = await refund({ cause: "return-1", amountMinor: 400 });
    expect(first.status).toBe(201);
    expect((await refund({ cause: "return-1", amountMinor: 400 })).json()).toEqual(first.json());
    expect((await refund({ cause: "return-1", amountMinor: 300 })).status).toBe(409);
    const tooMuch = await refund({ cause: "return-2", amountMinor: 601 });
    expect([tooMuch.status, tooMuch.json().detail]).toEqual([
      409,
      expect.stringContaining("600 of it can go back, not 601"),
    ]);
    expect((await refund({ cause: "provider/re_1" })).status).toBe(400);
    expect((await refund({ cause: "return-3" })).status).toBe(201);
    const listed = await api.ask(`/api/v1/shop/refunds?paymentId=${id}`);
    expect(listed.json().items).toMatchObject([
      { status: "DUE", requestedBy: expect.any(String), note: "returned" },
      { status: "DUE" },
    ]);
  });
});

describe("an order that is held", () => {
  /** As the check of payments leaves it. */
  async function held(reference: string, attempts: number) {
    const ids = Array.from({ length: attempts }, (_, index) => `tr_${reference}_${index}`);
    const payments = ids.map((providerId) => ({ provider: "mollie", providerId, amountMinor: 1_000 }));
    await take(newOrder(reference, { payments }));
    await api.db.shopPayment.updateMany({
      where: { providerId: { in: ids } },
      data: { status: "PAID", endedAt: api.clock.now() },
    });
    const is =
      attempts === 1
        ? ({ heldReason: "AMOUNT" } as const)
        : ({ heldReason: "TWICE_PAID", status: "CONFIRMED" } as const);
    await api.db.shopOrder.update({ where: { reference }, data: { ...is, paymentState: "HELD", version: 2 } });
    const at = { openedAt: api.clock.now(), lastSeenAt: api.clock.now() };
    const problem = { context: "shop", kind: "SHOP_PAYMENT_HELD", subjectType: "shop_order", subjectKey: reference };
    await api.db.problem.create({ data: { ...problem, severity: "ERROR", reason: "AMOUNT", cure: "look", ...at } });
    return (await api.ask(`/api/v1/shop/orders?reference=${reference}`)).json().items[0];
  }
  const resolve = (id: string, body: object) =>
    api.send("POST", `/api/v1/shop/orders/${id}/resolve`, { note: "looked", ...body });
  const problems = async (key: string) =>
    (await api.db.problem.findMany({ where: { subjectKey: key, kind: "SHOP_PAYMENT_HELD", closedAt: null } })).length;

  it("is confirmed by a person, once, and only as it was looked at", async () => {
    const order = await held("h1", 1);
    expect(order).toMatchObject({ status: "PLACED", paymentState: "HELD", heldReason: "AMOUNT" });
    expect(await problems("h1")).toBe(1);
    expect((await resolve(order.id, { decision: "CONFIRM", version: 1 })).json()).toMatchObject({
      currentVersion: order.version,
    });
    const done = await resolve(order.id, { decision: "CONFIRM", version: order.version });
    expect([done.status, done.json()]).toEqual([
      200,
      expect.objectContaining({ status: "CONFIRMED", paymentState: "PAID", heldReason: null }),
    ]);
    expect((await resolve(order.id, { decision: "CONFIRM" })).status).toBe(409);
    expect(await problems("h1")).toBe(0);
    expect(await api.db.shopNotice.count({ where: { orderId: BigInt(order.id) } })).toBe(1);
  });

  it("is paid back whole and cancelled, or has its second payment paid back and goes on", async () => {
    const whole = await held("h2", 1);
    expect((await resolve(whole.id, { decision: "REFUND" })).json()).toMatchObject({
      status: "CANCELLED",
      paymentState: "REFUND_DUE",
    });
    const twice = await held("h3", 2);
    expect(twice).toMatchObject({ status: "CONFIRMED", heldReason: "TWICE_PAID" });
    expect((await resolve(twice.id, { decision: "REFUND" })).json()).toMatchObject({
      status: "CONFIRMED",
      paymentState: "PAID",
    });
    const sent = await api.db.shopRefund.findMany({
      where: { cause: { in: ["held", "twice-paid"] } },
      orderBy: { cause: "asc" },
    });
    expect(sent.map(({ cause, status, note }) => `${cause} ${status} ${note}`)).toEqual([
      "held DUE looked",
      "twice-paid DUE looked",
    ]);
  });

  it("is not there: 404, and a viewer may look and not decide", async () => {
    expect((await resolve("999999", { decision: "CONFIRM" })).status).toBe(404);
    expect((await api.ask("/api/v1/shop/orders", { anonymous: true })).status).toBe(401);
  });
});
