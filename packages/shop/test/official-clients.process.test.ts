import { type Sandbox, startSandbox } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { Client } from "mollie-api-typescript";
import { Stripe } from "stripe";

import { parseStripeWebhook } from "../src/gateways/payments/stripe/stripe-webhook.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ env: { SANDBOX_TOKEN: "secret" } });
});
afterAll(() => sandbox?.close());

const pay = (checkout: string) =>
  fetch(checkout, { method: "POST", body: new URLSearchParams({ outcome: "pay", close: "1" }) });
const caught = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => Promise.reject(new Error("expected a refusal")),
    (error: unknown) => error,
  );

// It validates every answer by Mollie's own schema.
describe("Mollie's own client", () => {
  const amount = { currency: "EUR", value: "10.00" };
  const wanted = {
    amount,
    description: "Order 1",
    redirectUrl: "https://shop.example/",
    metadata: { reference: "r-1" },
  };
  const connect = (apiKey = "test_secret") =>
    new Client({ security: { apiKey }, serverURL: `${sandbox.url}/mollie`, retryConfig: { strategy: "none" } });

  it("makes, follows, refunds and lists payments of the sandbox", async () => {
    const client = connect();
    const made = await client.payments.create({ idempotencyKey: "key-1", paymentRequest: wanted });
    expect(made).toMatchObject({ status: "open", amount, metadata: { reference: "r-1" } });
    expect((await client.payments.create({ idempotencyKey: "key-1", paymentRequest: wanted })).id).toBe(made.id);
    await pay(made.links.checkout!.href);
    expect(await client.payments.get({ paymentId: made.id, embed: "refunds" })).toMatchObject({
      status: "paid",
      method: "ideal",
    });
    const refund = await client.refunds.create({
      paymentId: made.id,
      refundRequest: { amount, description: "Returned" },
    });
    expect(refund).toMatchObject({ status: "pending", paymentId: made.id });
    await client.refunds.cancel({ paymentId: made.id, refundId: refund.id });
    const { result } = await client.refunds.list({ paymentId: made.id });
    expect(result.embedded.refunds).toMatchObject([{ id: refund.id, status: "canceled" }]);
  });

  it("follows the pages of a list", async () => {
    const client = connect("live_secret");
    for (let count = 0; count < 5; count += 1) await client.payments.create({ paymentRequest: wanted });
    const sizes: number[] = [];
    for await (const { result } of await client.payments.list({ limit: 2 }))
      sizes.push(result.embedded.payments!.length);
    expect(sizes).toEqual([2, 2, 1]);
  });

  it("understands every refusal", async () => {
    const client = connect();
    const { id } = await client.payments.create({ paymentRequest: wanted });
    await client.payments.cancel({ paymentId: id });
    expect(await caught(client.payments.cancel({ paymentId: id }))).toMatchObject({ status: 422 });
    expect(await caught(client.payments.get({ paymentId: "tr_none" }))).toMatchObject({ status: 404 });
    expect(await caught(connect("test_wrong").payments.get({ paymentId: id }))).toMatchObject({ statusCode: 401 });
    const wrong = { ...wanted, amount: { currency: "EUR", value: "10.0" } };
    expect(await caught(client.payments.create({ paymentRequest: wrong }))).toMatchObject({
      status: 422,
      field: "amount",
    });
  });
});

describe("Stripe's own client", () => {
  const connect = (key = "sk_test_secret") => {
    const { hostname: host, port } = new URL(sandbox.url);
    const toSandbox = (to: string | URL | Request, init?: RequestInit) =>
      fetch((to as string).replace("/v1/", "/stripe/v1/"), init);
    const httpClient = Stripe.createFetchHttpClient(toSandbox);
    return new Stripe(key, { host, port, protocol: "http", maxNetworkRetries: 0, httpClient });
  };
  const wanted = {
    amount: 1_999,
    currency: "eur",
    confirm: true,
    payment_method_types: ["ideal"],
    payment_method_data: { type: "ideal" as const },
    return_url: "https://shop.example/",
    metadata: { reference: "r-1" },
  };

  it("makes, follows, refunds and lists payments of the sandbox", async () => {
    const client = connect();
    const made = await client.paymentIntents.create(wanted, { idempotencyKey: "key-1" });
    expect(made).toMatchObject({ status: "requires_action", metadata: { reference: "r-1" } });
    expect((await client.paymentIntents.create(wanted, { idempotencyKey: "key-1" })).id).toBe(made.id);
    await pay(made.next_action!.redirect_to_url!.url!);
    const refund = await client.refunds.create({ payment_intent: made.id, amount: 500 });
    expect(await client.paymentIntents.retrieve(made.id, { expand: ["latest_charge.refunds"] })).toMatchObject({
      status: "succeeded",
      latest_charge: { amount_refunded: 500, refunds: { data: [{ id: refund.id }] } },
    });
    expect((await client.refunds.list({ payment_intent: made.id })).data).toHaveLength(1);
    expect((await client.disputes.list({ payment_intent: made.id })).data).toEqual([]);
  });

  it("follows the pages of a list", async () => {
    const client = connect("sk_live_secret");
    for (let count = 0; count < 5; count += 1) await client.paymentIntents.create(wanted);
    const ids = new Set<string>();
    for await (const { id } of client.paymentIntents.list({ limit: 2 })) ids.add(id);
    expect(ids.size).toBe(5);
  });

  it("understands every refusal", async () => {
    const client = connect();
    const { id } = await client.paymentIntents.create(wanted, { idempotencyKey: "key-2" });
    await client.paymentIntents.cancel(id);
    expect(await caught(client.paymentIntents.cancel(id))).toMatchObject({
      type: "StripeInvalidRequestError",
      code: "payment_intent_unexpected_state",
    });
    expect(await caught(client.paymentIntents.retrieve("pi_none"))).toMatchObject({ code: "resource_missing" });
    const other = { amount: 5, currency: "eur" };
    expect(await caught(client.paymentIntents.create(other, { idempotencyKey: "key-2" }))).toMatchObject({
      type: "StripeIdempotencyError",
    });
    expect(await caught(connect("sk_test_wrong").paymentIntents.retrieve(id))).toMatchObject({
      type: "StripeAuthenticationError",
    });
  });

  it("signs a webhook that the gateway believes", () => {
    const payment = { object: "payment_intent", id: "pi_1" };
    const payload = JSON.stringify({ id: "evt_1", object: "event", type: "x", data: { object: payment } });
    const header = connect().webhooks.generateTestHeaderString({ payload, secret: "whsec_test" });
    const headers = { "stripe-signature": header };
    expect(
      parseStripeWebhook(Buffer.from(payload), headers, { secrets: ["whsec_test"], now: new Date() }),
    ).toMatchObject([{ providerId: "pi_1" }]);
  });
});
