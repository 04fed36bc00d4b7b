import type { Database } from "@drumline/db";
import { describe, expect, it } from "@jest/globals";

import { addEvents, deliveryContext, SECRET, START, subscribe, useDeliveries } from "../../test/delivery-setup.ts";
import {
  createWebhookClient,
  isWhispererSignature,
  verifyStandardWebhook,
  type WebhookClient,
} from "../webhooks/index.ts";
import { claimDeliveries } from "./claim-deliveries.sql.ts";
import { deliverDue } from "./deliver-due.ts";
import { saveAttempts } from "./save-attempts.sql.ts";

const setup = useDeliveries();

describe("an event", () => {
  it("reaches its receiver with both signatures over the exact body, and is on record", async () => {
    const context = deliveryContext(setup.db);
    await subscribe(setup.db, `${setup.receiver.url}/hook`, { headers: { "X-Shop": "1", "Webhook-Id": "forged" } });
    await addEvents(setup.db, 1, { payload: { price: "1.10", big: 12345 } });
    expect(await setup.dispatch(context)).toEqual({ events: 1, deliveries: 1 });
    expect(await deliverDue(context)).toMatchObject({ attempts: 1, delivered: 1 });

    const [webhook] = setup.receiver.received;
    const event = await setup.db.eventQueue.findFirstOrThrow();
    expect(JSON.parse(webhook!.body)).toEqual({
      event: { type: "package.created", uuid: event.id },
      payload: { no: 1, price: "1.10", big: 12345 },
    });
    const headers = webhook!.headers as Record<string, string>;
    expect(headers).toMatchObject({ "x-whisperer-event": "package.created", "x-shop": "1", "webhook-id": event.id });
    expect(isWhispererSignature(headers["x-whisperer-signature"]!, webhook!.body, SECRET)).toBe(true);
    expect(verifyStandardWebhook(headers, webhook!.body, [SECRET], new Date()).id).toBe(event.id);
    expect(await setup.firstDelivery()).toMatchObject({
      status: "DELIVERED",
      attempts: 1,
      lastHttpStatus: 200,
      deliveredAt: START,
      leasedBy: null,
      tries: [{ no: 1, httpStatus: 200, responseExcerpt: "thanks", error: null, at: START }],
    });
  });

  it("is signed for the older and the newer secret while both are in use, and not at all without one", async () => {
    const context = deliveryContext(setup.db);
    const older = "whsec_b2xkZXItc2VjcmV0LW9mLTI0LWJ5dGVz";
    await subscribe(setup.db, `${setup.receiver.url}/rotating`, { secret: `${SECRET} ${older}` });
    await subscribe(setup.db, `${setup.receiver.url}/plain`, { secret: null });
    await addEvents(setup.db, 1);
    await setup.dispatch(context);
    await deliverDue(context);
    const at = (path: string) => setup.receiver.received.find((webhook) => webhook.path === path)!;
    const { headers, body } = at("/rotating");
    for (const secret of [SECRET, older])
      verifyStandardWebhook(headers as Record<string, string>, body, [secret], new Date());
    expect(Object.keys(at("/plain").headers)).not.toContain("webhook-signature");
    expect(Object.keys(at("/plain").headers)).not.toContain("x-whisperer-signature");
  });

  it.each<[string, object, string, number]>([
    ["its own type", {}, "package.created", 1],
    ["another type", {}, "package.refused", 0],
    ["all types", {}, "*", 1],
    ["the beginning of its type", {}, "package.*", 1],
    ["another beginning", {}, "pack.*", 0],
    ["a channel it has", { channel: 7 }, "package.created", 1],
    ["a channel it has not", { channel: 8 }, "package.created", 0],
    ["one of several places", { location: ["A", "B"] }, "package.created", 1],
    ["none of several places", { location: ["C"] }, "package.created", 0],
    ["a path within", { "items.0.sku": "sku-1" }, "package.created", 1],
    ["two of which one fails", { channel: 7, location: "C" }, "package.created", 0],
    ["a path it does not have", { nowhere: null }, "package.created", 0],
    ["a filter that is none", ["not an object"], "package.created", 1],
  ])("goes to who wants %s: %j", async (_, filter, eventType, expected) => {
    await subscribe(setup.db, setup.receiver.url, { filter, eventType });
    await addEvents(setup.db, 1, { payload: { channel: 7, location: "B", items: [{ sku: "sku-1" }] } });
    expect(await setup.dispatch(deliveryContext(setup.db))).toEqual({ events: 1, deliveries: expected });
  });

  it("goes to each of several subscriptions once, to none that is inactive, and is dispatched once by five at once", async () => {
    await subscribe(setup.db, `${setup.receiver.url}/a`);
    await subscribe(setup.db, `${setup.receiver.url}/b`);
    await subscribe(setup.db, `${setup.receiver.url}/c`, { isActive: false });
    await addEvents(setup.db, 300);
    const five = await Promise.all(Array.from({ length: 5 }, () => setup.dispatch(deliveryContext(setup.db))));
    expect(five.reduce((sum, { deliveries }) => sum + deliveries, 0)).toBe(600);
    expect(await setup.db.webhookDelivery.count()).toBe(600);
    expect(await setup.dispatch(deliveryContext(setup.db))).toEqual({ events: 0, deliveries: 0 });
  });
});

describe("a crash", () => {
  it("between dispatch and attempt loses nothing", async () => {
    await subscribe(setup.db, setup.receiver.url);
    await addEvents(setup.db, 5);
    await setup.dispatch(deliveryContext(setup.db));
    expect(await deliverDue(deliveryContext(setup.db))).toMatchObject({ delivered: 5 });
  });

  it("before the request leaves an attempt on record, and another process makes the next when the lease has run out", async () => {
    const context = deliveryContext(setup.db);
    const webhookId = await subscribe(setup.db, setup.receiver.url);
    await addEvents(setup.db, 1);
    await setup.dispatch(context);
    const claim = { webhookId, token: crypto.randomUUID(), dueBy: START, at: START, leaseSeconds: 60, limit: 10 };
    expect(await claimDeliveries(setup.db, claim)).toHaveLength(1);

    expect(await deliverDue(context)).toMatchObject({ attempts: 0 });
    await setup.endLeases();
    expect(await deliverDue(context)).toMatchObject({ delivered: 1 });
    expect(await setup.firstDelivery()).toMatchObject({
      attempts: 2,
      tries: [
        { no: 1, httpStatus: null, error: expect.stringContaining("ended before") },
        { no: 2, httpStatus: 200 },
      ],
    });
  });

  it("between the answer and its record makes a second request with the same id, which the receiver knows already", async () => {
    const context = deliveryContext(setup.db);
    await subscribe(setup.db, setup.receiver.url);
    await addEvents(setup.db, 20);
    await setup.dispatch(context);
    const dying = failingAfter(context.gateways.webhooks, 7);
    await expect(
      deliverDue({ ...context, gateways: { ...context.gateways, webhooks: dying }, db: withoutSaving(context.db) }),
    ).rejects.toThrow("killed");
    expect(await setup.db.webhookAttempt.count()).toBe(0);

    expect(await deliverDue(context)).toMatchObject({ attempts: 0 });
    await setup.endLeases();
    expect(await deliverDue(context)).toMatchObject({ delivered: 20 });
    expect(setup.receiver.uniqueIds()).toBe(20);
    expect(setup.receiver.received.length).toBeGreaterThan(20);
    expect((await setup.deliveries()).every(({ status, attempts }) => status === "DELIVERED" && attempts === 2)).toBe(
      true,
    );
  });

  it("of a slow process that answers after all does not undo what its successor did", async () => {
    const context = deliveryContext(setup.db);
    const webhookId = await subscribe(setup.db, setup.receiver.url);
    await addEvents(setup.db, 1);
    await setup.dispatch(context);
    const token = crypto.randomUUID();
    const claim = { webhookId, token, dueBy: START, at: START, leaseSeconds: 60, limit: 10 };
    const [delivery] = await claimDeliveries(setup.db, claim);
    await setup.endLeases();
    await deliverDue(context);

    const subscription = { id: webhookId, targetUrl: setup.receiver.url, secrets: [], schedule: null, headers: {} };
    const answer = { status: 500, retryAfterMs: null, excerpt: "", error: null, durationMs: 1 };
    const ending = { status: "PENDING_RETRY", nextAttemptAt: START, error: "answered 500" } as const;
    const attempted = [{ delivery: delivery!, answer, ending, at: START }];
    await saveAttempts(setup.db, { subscription, token, attempted, held: [], heldUntil: START, at: START });
    expect(await setup.firstDelivery()).toMatchObject({ status: "DELIVERED", lastHttpStatus: 200 });
  });
});

describe("two scanners", () => {
  it("attempt each delivery once between them", async () => {
    await subscribe(setup.db, `${setup.receiver.url}/a`);
    await subscribe(setup.db, `${setup.receiver.url}/b`);
    await addEvents(setup.db, 400);
    await setup.dispatch(deliveryContext(setup.db));
    const scanners = Array.from({ length: 3 }, () => deliverDue(deliveryContext(setup.db)));
    const counts = await Promise.all(scanners);
    expect(counts.reduce((sum, { delivered }) => sum + delivered, 0)).toBe(800);
    expect(setup.receiver.received).toHaveLength(800);
  });
});

describe("delivery", () => {
  it("keeps what it did when it is told to stop, and puts the rest back", async () => {
    const context = deliveryContext(setup.db);
    await subscribe(setup.db, setup.receiver.url);
    await addEvents(setup.db, 90);
    await setup.dispatch(context);
    setup.receiver.answer = () => {
      if (setup.receiver.received.length === 25) context.abort();
      return false;
    };
    await expect(deliverDue(context)).rejects.toThrow("asked to stop");
    const found = await setup.deliveries();
    expect(found.filter(({ leasedBy }) => leasedBy !== null)).toEqual([]);
    expect(found.filter(({ attempts }) => attempts === 0).length).toBeGreaterThan(50);
    expect(found.filter(({ status }) => status === "DELIVERED").length).toBeGreaterThanOrEqual(15);
  });

  it("stops at the limit of its run", async () => {
    const context = deliveryContext(setup.db);
    await subscribe(setup.db, `${setup.receiver.url}/a`);
    await subscribe(setup.db, `${setup.receiver.url}/b`);
    await addEvents(setup.db, 50);
    await setup.dispatch(context);
    expect(await deliverDue(context, { limit: 30 })).toMatchObject({ attempts: 30 });
    expect(setup.receiver.received).toHaveLength(30);
  });

  it("never goes to a private address unless that is allowed", async () => {
    const webhooks = createWebhookClient({ allowPrivate: false, timeoutMs: 1_000, maxPerHost: 10 });
    const context = deliveryContext(setup.db, webhooks);
    await subscribe(setup.db, setup.receiver.url.replace("127.0.0.1", "localhost"));
    await addEvents(setup.db, 1);
    await setup.dispatch(context);
    expect(await deliverDue(context)).toMatchObject({ retrying: 1 });
    expect(await setup.firstDelivery()).toMatchObject({ lastError: expect.stringContaining("WEBHOOK_ALLOW_PRIVATE") });
    expect(setup.receiver.received).toEqual([]);
  });
});

/** A client whose process is killed after so many answers. */
function failingAfter(webhooks: WebhookClient, answers: number): WebhookClient {
  let left = answers;
  return {
    ...webhooks,
    post: async (request, signal) => {
      const answer = await webhooks.post(request, signal);
      left -= 1;
      if (left < 0) throw new Error("killed");
      return answer;
    },
  };
}

/** A database whose connection is gone when results are to be written. */
function withoutSaving(db: Database): Database {
  return new Proxy(db, {
    get: (target, name) =>
      name === "$transaction" ? () => Promise.reject(new Error("killed")) : Reflect.get(target, name),
  });
}
