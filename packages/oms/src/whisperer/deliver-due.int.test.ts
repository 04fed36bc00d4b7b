import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";

import { HOUR_MS, SECOND_MS } from "@drumline/core/clock";
import { isWhispererSignature, verifyStandardWebhook, type WebhookClient } from "@drumline/outbound/webhooks";
import { testDatabase, type TestDatabase } from "@drumline/testing";

import {
  addEvents,
  clearDeliveries,
  deliveryParts,
  type Receiver,
  SECRET,
  START,
  startReceiver,
  subscribe,
  type TestDelivery,
} from "../../test/delivery-world.ts";
import { claimDeliveries } from "./claim-deliveries.sql.ts";
import { deliverDue } from "./deliver-due.ts";
import { dispatchAll } from "./dispatch-all.ts";
import { saveAttempts } from "./save-attempts.sql.ts";

let store: TestDatabase;
let receiver: Receiver;
beforeAll(async () => {
  [store, receiver] = await Promise.all([testDatabase(), startReceiver()]);
});
afterAll(() => Promise.all([store.close(), receiver.close()]));
afterEach(async () => {
  receiver.received.length = 0;
  receiver.answer = null;
  await clearDeliveries(store.db);
});

const answerWith = (status: number, headers = {}) => {
  receiver.answer = (_, response) => {
    response.writeHead(status, headers).end(`said ${status}`);
    return true;
  };
};
const dispatch = (parts: TestDelivery) => dispatchAll(parts, { untouchedSince: null });
const deliveries = () => store.db.webhookDelivery.findMany({ orderBy: { id: "asc" }, include: { tries: true } });
const only = async () => (await deliveries())[0]!;
/** As if every lease had run out: what a crash leaves, some time later. */
const endLeases = () =>
  store.db
    .$executeRaw`UPDATE webhook_delivery SET leased_until = now() - interval '1 second' WHERE leased_until IS NOT NULL`;

describe("an event", () => {
  it("reaches its receiver with both signatures over the exact body, and is on record", async () => {
    const parts = deliveryParts(store.db);
    await subscribe(store.db, `${receiver.url}/hook`, { headers: { "X-Shop": "1", "Webhook-Id": "forged" } });
    await addEvents(store.db, 1, { payload: { price: "1.10", big: 12345 } });
    expect(await dispatch(parts)).toEqual({ events: 1, deliveries: 1 });
    expect(await deliverDue(parts)).toMatchObject({ attempts: 1, delivered: 1 });

    const [webhook] = receiver.received;
    const event = await store.db.eventQueue.findFirstOrThrow();
    expect(JSON.parse(webhook!.body)).toEqual({
      event: { type: "package.created", uuid: event.id },
      payload: { no: 1, price: "1.10", big: 12345 },
    });
    const headers = webhook!.headers as Record<string, string>;
    expect(headers).toMatchObject({ "x-whisperer-event": "package.created", "x-shop": "1", "webhook-id": event.id });
    expect(isWhispererSignature(headers["x-whisperer-signature"]!, webhook!.body, SECRET)).toBe(true);
    expect(verifyStandardWebhook(headers, webhook!.body, [SECRET], new Date()).id).toBe(event.id);
    expect(await only()).toMatchObject({
      status: "DELIVERED",
      attempts: 1,
      lastHttpStatus: 200,
      deliveredAt: START,
      leasedBy: null,
      tries: [{ no: 1, httpStatus: 200, responseExcerpt: "thanks", error: null, at: START }],
    });
  });

  it("is signed for the older and the newer secret while both are in use, and not at all without one", async () => {
    const parts = deliveryParts(store.db);
    const older = "whsec_b2xkZXItc2VjcmV0LW9mLTI0LWJ5dGVz";
    await subscribe(store.db, `${receiver.url}/rotating`, { secret: `${SECRET} ${older}` });
    await subscribe(store.db, `${receiver.url}/plain`, { secret: null });
    await addEvents(store.db, 1);
    await dispatch(parts);
    await deliverDue(parts);
    const at = (path: string) => receiver.received.find((webhook) => webhook.path === path)!;
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
    await subscribe(store.db, receiver.url, { filter, eventType });
    await addEvents(store.db, 1, { payload: { channel: 7, location: "B", items: [{ sku: "sku-1" }] } });
    expect(await dispatch(deliveryParts(store.db))).toEqual({ events: 1, deliveries: expected });
  });

  it("goes to each of several subscriptions once, to none that is inactive, and is dispatched once by five at once", async () => {
    await subscribe(store.db, `${receiver.url}/a`);
    await subscribe(store.db, `${receiver.url}/b`);
    await subscribe(store.db, `${receiver.url}/c`, { isActive: false });
    await addEvents(store.db, 300);
    const five = await Promise.all(Array.from({ length: 5 }, () => dispatch(deliveryParts(store.db))));
    expect(five.reduce((sum, { deliveries }) => sum + deliveries, 0)).toBe(600);
    expect(await store.db.webhookDelivery.count()).toBe(600);
    expect(await dispatch(deliveryParts(store.db))).toEqual({ events: 0, deliveries: 0 });
  });
});

describe("a crash", () => {
  it("between dispatch and attempt loses nothing", async () => {
    await subscribe(store.db, receiver.url);
    await addEvents(store.db, 5);
    await dispatch(deliveryParts(store.db));
    expect(await deliverDue(deliveryParts(store.db))).toMatchObject({ delivered: 5 });
  });

  it("before the request leaves an attempt on record, and another process makes the next when the lease has run out", async () => {
    const parts = deliveryParts(store.db);
    const webhookId = await subscribe(store.db, receiver.url);
    await addEvents(store.db, 1);
    await dispatch(parts);
    const claim = { webhookId, token: crypto.randomUUID(), dueBy: START, at: START, leaseSeconds: 60, limit: 10 };
    expect(await claimDeliveries(store.db, claim)).toHaveLength(1);

    expect(await deliverDue(parts)).toMatchObject({ attempts: 0 });
    await endLeases();
    expect(await deliverDue(parts)).toMatchObject({ delivered: 1 });
    expect(await only()).toMatchObject({
      attempts: 2,
      tries: [
        { no: 1, httpStatus: null, error: expect.stringContaining("ended before") },
        { no: 2, httpStatus: 200 },
      ],
    });
  });

  it("between the answer and its record makes a second request with the same id, which the receiver knows already", async () => {
    const parts = deliveryParts(store.db);
    await subscribe(store.db, receiver.url);
    await addEvents(store.db, 20);
    await dispatch(parts);
    const dying = failingAfter(parts.webhooks, 7);
    await expect(deliverDue({ ...parts, webhooks: dying, db: withoutSaving(parts.db) })).rejects.toThrow("killed");
    expect(await store.db.webhookAttempt.count()).toBe(0);

    expect(await deliverDue(parts)).toMatchObject({ attempts: 0 });
    await endLeases();
    expect(await deliverDue(parts)).toMatchObject({ delivered: 20 });
    expect(receiver.uniqueIds()).toBe(20);
    expect(receiver.received.length).toBeGreaterThan(20);
    expect((await deliveries()).every(({ status, attempts }) => status === "DELIVERED" && attempts === 2)).toBe(true);
  });

  it("of a slow process that answers after all does not undo what its successor did", async () => {
    const parts = deliveryParts(store.db);
    const webhookId = await subscribe(store.db, receiver.url);
    await addEvents(store.db, 1);
    await dispatch(parts);
    const token = crypto.randomUUID();
    const claim = { webhookId, token, dueBy: START, at: START, leaseSeconds: 60, limit: 10 };
    const [delivery] = await claimDeliveries(store.db, claim);
    await endLeases();
    await deliverDue(parts);

    const subscription = { id: webhookId, targetUrl: receiver.url, secrets: [], schedule: null, headers: {} };
    const answer = { status: 500, retryAfterMs: null, excerpt: "", error: null, durationMs: 1 };
    const ending = { status: "PENDING_RETRY", nextAttemptAt: START, error: "answered 500" } as const;
    const attempted = [{ delivery: delivery!, answer, ending, at: START }];
    await saveAttempts(store.db, { subscription, token, attempted, held: [], heldUntil: START, at: START });
    expect(await only()).toMatchObject({ status: "DELIVERED", lastHttpStatus: 200 });
  });
});

describe("two scanners", () => {
  it("attempt each delivery once between them", async () => {
    await subscribe(store.db, `${receiver.url}/a`);
    await subscribe(store.db, `${receiver.url}/b`);
    await addEvents(store.db, 400);
    await dispatch(deliveryParts(store.db));
    const scanners = Array.from({ length: 3 }, () => deliverDue(deliveryParts(store.db)));
    const counts = await Promise.all(scanners);
    expect(counts.reduce((sum, { delivered }) => sum + delivered, 0)).toBe(800);
    expect(receiver.received).toHaveLength(800);
  });
});

describe("a receiver that", () => {
  const attemptOne = async (data = {}) => {
    const parts = deliveryParts(store.db);
    await subscribe(store.db, receiver.url, data);
    await addEvents(store.db, 1);
    await dispatch(parts);
    return { parts, counts: await deliverDue(parts) };
  };

  it("fails gets one attempt per run, then the next by the standard schedule", async () => {
    answerWith(500);
    const { parts, counts } = await attemptOne();
    expect(counts).toMatchObject({ attempts: 1, retrying: 1 });
    expect(await only()).toMatchObject({ status: "PENDING_RETRY", lastHttpStatus: 500, lastError: "answered 500" });
    const waits = (await only()).nextAttemptAt.getTime() - START.getTime();
    expect(waits).toBeGreaterThanOrEqual(5 * SECOND_MS);
    expect(waits).toBeLessThanOrEqual(5.5 * SECOND_MS);

    parts.clock.advance(waits - 1);
    expect(await deliverDue(parts)).toMatchObject({ attempts: 0 });
    receiver.answer = null;
    parts.clock.advance(1);
    expect(await deliverDue(parts)).toMatchObject({ delivered: 1 });
  });

  it("redirects has failed", async () => {
    answerWith(302, { location: `${receiver.url}/elsewhere` });
    expect((await attemptOne()).counts).toMatchObject({ retrying: 1 });
    expect(receiver.received).toHaveLength(1);
  });

  it.each([429, 503])("answers %i gets the pause it asks for, and so do its other events", async (status) => {
    const parts = deliveryParts(store.db);
    await subscribe(store.db, receiver.url);
    await addEvents(store.db, 200);
    await dispatch(parts);
    answerWith(status, { "retry-after": "900" });
    const counts = await deliverDue(parts);
    expect(counts.attempts).toBeLessThanOrEqual(10);
    expect(counts.attempts + counts.held).toBe(100);

    const early = await store.db.webhookDelivery.count({
      where: { attempts: 1, nextAttemptAt: { lt: new Date(START.getTime() + 900 * SECOND_MS) } },
    });
    expect(early).toBe(0);
    expect(await store.db.webhookDelivery.count({ where: { attempts: 0 } })).toBe(200 - counts.attempts);
    receiver.answer = null;
    parts.clock.advance(900 * SECOND_MS);
    expect(await deliverDue(parts)).toMatchObject({ delivered: 200 });
  });

  it("is down is left alone after five failures in a row", async () => {
    const parts = deliveryParts(store.db);
    await subscribe(store.db, "http://127.0.0.1:1/");
    await subscribe(store.db, `${receiver.url}/well`);
    await addEvents(store.db, 150);
    await dispatch(parts);
    const counts = await deliverDue(parts);
    expect(counts).toMatchObject({ delivered: 150 });
    expect(counts.retrying).toBeLessThanOrEqual(15);
  });

  it("is gone is disabled with all that waits for it", async () => {
    const parts = deliveryParts(store.db);
    const id = await subscribe(store.db, receiver.url);
    await addEvents(store.db, 150);
    await dispatch(parts);
    answerWith(410);
    await deliverDue(parts);
    expect(await store.db.webhook.findUnique({ where: { id } })).toMatchObject({
      isActive: false,
      disabledReason: expect.stringContaining("410"),
    });
    expect(await store.db.webhookDelivery.count({ where: { status: "DISABLED" } })).toBe(150);
    await addEvents(store.db, 1);
    expect(await dispatch(parts)).toMatchObject({ deliveries: 0 });
  });

  it("never answers well is given up after its last attempt, with an alert that others can subscribe to", async () => {
    answerWith(500);
    await subscribe(store.db, `${receiver.url}/alerts`, { eventType: "webhook.delivery.exhausted" });
    const { parts } = await attemptOne();
    for (let run = 0; run < 12; run += 1) {
      parts.clock.advance(27 * HOUR_MS);
      await deliverDue(parts);
    }
    expect(await only()).toMatchObject({ status: "EXHAUSTED", attempts: 10, lastError: "answered 500" });
    expect((await only()).tries).toHaveLength(10);
    expect(parts.problems).toEqual([
      { recordId: expect.stringMatching(/^webhook_delivery \d+$/), error: "given up: answered 500" },
    ]);
    const alert = await store.db.eventQueue.findFirstOrThrow({ where: { eventType: "webhook.delivery.exhausted" } });
    expect(alert.payload).toMatchObject({ event_type: "package.created", attempts: 10, last_http_status: 500 });
    expect(await dispatch(parts)).toEqual({ events: 1, deliveries: 1 });
  });

  it("fails for ever at its alerts causes no alert about them", async () => {
    answerWith(500);
    const parts = deliveryParts(store.db);
    await subscribe(store.db, receiver.url, {
      eventType: "*",
      retryConfig: { choice: "fixed", kwargs: { seconds: 1 } },
    });
    await addEvents(store.db, 1, { eventType: "webhook.delivery.exhausted" });
    await dispatch(parts);
    for (let run = 0; run < 20; run += 1) {
      await deliverDue(parts);
      parts.clock.advance(2 * SECOND_MS);
    }
    expect(await only()).toMatchObject({ status: "EXHAUSTED", attempts: 19 });
    expect(await store.db.eventQueue.count()).toBe(1);
  });
});

describe("delivery", () => {
  it("keeps what it did when it is told to stop, and puts the rest back", async () => {
    const parts = deliveryParts(store.db);
    await subscribe(store.db, receiver.url);
    await addEvents(store.db, 90);
    await dispatch(parts);
    receiver.answer = () => {
      if (receiver.received.length === 25) parts.abort();
      return false;
    };
    await expect(deliverDue(parts)).rejects.toThrow("asked to stop");
    const found = await deliveries();
    expect(found.filter(({ leasedBy }) => leasedBy !== null)).toEqual([]);
    expect(found.filter(({ attempts }) => attempts === 0).length).toBeGreaterThan(50);
    expect(found.filter(({ status }) => status === "DELIVERED").length).toBeGreaterThanOrEqual(15);
  });

  it("stops at the limit of its run", async () => {
    const parts = deliveryParts(store.db);
    await subscribe(store.db, `${receiver.url}/a`);
    await subscribe(store.db, `${receiver.url}/b`);
    await addEvents(store.db, 50);
    await dispatch(parts);
    expect(await deliverDue(parts, { limit: 30 })).toMatchObject({ attempts: 30 });
    expect(receiver.received).toHaveLength(30);
  });

  it("never goes to a private address unless that is allowed", async () => {
    const { createWebhookClient } = await import("@drumline/outbound/webhooks");
    const webhooks = createWebhookClient({ allowPrivate: false, timeoutMs: 1_000, maxPerHost: 10 });
    const parts = deliveryParts(store.db, { webhooks });
    await subscribe(store.db, receiver.url.replace("127.0.0.1", "localhost"));
    await addEvents(store.db, 1);
    await dispatch(parts);
    expect(await deliverDue(parts)).toMatchObject({ retrying: 1 });
    expect(await only()).toMatchObject({ lastError: expect.stringContaining("WEBHOOK_ALLOW_PRIVATE") });
    expect(receiver.received).toEqual([]);
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
function withoutSaving(db: TestDatabase["db"]): TestDatabase["db"] {
  return new Proxy(db, {
    get: (target, name) =>
      name === "$transaction" ? () => Promise.reject(new Error("killed")) : Reflect.get(target, name),
  });
}
