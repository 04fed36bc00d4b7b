import { describe, expect, it } from "@jest/globals";

import { HOUR_MS, SECOND_MS } from "@drumline/core/clock";

import { addEvents, deliveryParts, START, subscribe, useDeliveries } from "../../test/delivery-setup.ts";
import { deliverDue } from "./deliver-due.ts";

const world = useDeliveries();

describe("a receiver that", () => {
  const attemptOne = async (data = {}) => {
    const parts = deliveryParts(world.db);
    await subscribe(world.db, world.receiver.url, data);
    await addEvents(world.db, 1);
    await world.dispatch(parts);
    return { parts, counts: await deliverDue(parts) };
  };

  it("fails gets one attempt per run, then the next by the standard schedule", async () => {
    world.answerWith(500);
    const { parts, counts } = await attemptOne();
    expect(counts).toMatchObject({ attempts: 1, retrying: 1 });
    expect(await world.firstDelivery()).toMatchObject({
      status: "PENDING_RETRY",
      lastHttpStatus: 500,
      lastError: "answered 500",
    });
    const waits = (await world.firstDelivery()).nextAttemptAt.getTime() - START.getTime();
    expect(waits).toBeGreaterThanOrEqual(5 * SECOND_MS);
    expect(waits).toBeLessThanOrEqual(5.5 * SECOND_MS);

    parts.clock.advance(waits - 1);
    expect(await deliverDue(parts)).toMatchObject({ attempts: 0 });
    world.receiver.answer = null;
    parts.clock.advance(1);
    expect(await deliverDue(parts)).toMatchObject({ delivered: 1 });
  });

  it("redirects has failed", async () => {
    world.answerWith(302, { location: `${world.receiver.url}/elsewhere` });
    expect((await attemptOne()).counts).toMatchObject({ retrying: 1 });
    expect(world.receiver.received).toHaveLength(1);
  });

  it.each([429, 503])("answers %i gets the pause it asks for, and so do its other events", async (status) => {
    const parts = deliveryParts(world.db);
    await subscribe(world.db, world.receiver.url);
    await addEvents(world.db, 200);
    await world.dispatch(parts);
    world.answerWith(status, { "retry-after": "900" });
    const counts = await deliverDue(parts);
    expect(counts.attempts).toBeLessThanOrEqual(10);
    expect(counts.attempts + counts.held).toBe(100);

    const early = await world.db.webhookDelivery.count({
      where: { attempts: 1, nextAttemptAt: { lt: new Date(START.getTime() + 900 * SECOND_MS) } },
    });
    expect(early).toBe(0);
    expect(await world.db.webhookDelivery.count({ where: { attempts: 0 } })).toBe(200 - counts.attempts);
    world.receiver.answer = null;
    parts.clock.advance(900 * SECOND_MS);
    expect(await deliverDue(parts)).toMatchObject({ delivered: 200 });
  });

  it("is down is left alone after five failures in a row", async () => {
    const parts = deliveryParts(world.db);
    await subscribe(world.db, "http://127.0.0.1:1/");
    await subscribe(world.db, `${world.receiver.url}/well`);
    await addEvents(world.db, 150);
    await world.dispatch(parts);
    const counts = await deliverDue(parts);
    expect(counts).toMatchObject({ delivered: 150 });
    expect(counts.retrying).toBeLessThanOrEqual(15);
  });

  it("is gone is disabled with all that waits for it", async () => {
    const parts = deliveryParts(world.db);
    const id = await subscribe(world.db, world.receiver.url);
    await addEvents(world.db, 150);
    await world.dispatch(parts);
    world.answerWith(410);
    await deliverDue(parts);
    expect(await world.db.webhook.findUnique({ where: { id } })).toMatchObject({
      isActive: false,
      disabledReason: expect.stringContaining("410"),
    });
    expect(await world.db.webhookDelivery.count({ where: { status: "DISABLED" } })).toBe(150);
    await addEvents(world.db, 1);
    expect(await world.dispatch(parts)).toMatchObject({ deliveries: 0 });
  });

  it("never answers well is given up after its last attempt, with an alert that others can subscribe to", async () => {
    world.answerWith(500);
    await subscribe(world.db, `${world.receiver.url}/alerts`, { eventType: "webhook.delivery.exhausted" });
    const { parts } = await attemptOne();
    for (let run = 0; run < 12; run += 1) {
      parts.clock.advance(27 * HOUR_MS);
      await deliverDue(parts);
    }
    expect(await world.firstDelivery()).toMatchObject({ status: "EXHAUSTED", attempts: 10, lastError: "answered 500" });
    expect((await world.firstDelivery()).tries).toHaveLength(10);
    expect(parts.problems).toEqual([
      { recordId: expect.stringMatching(/^webhook_delivery \d+$/), error: "given up: answered 500" },
    ]);
    const alert = await world.db.eventQueue.findFirstOrThrow({ where: { eventType: "webhook.delivery.exhausted" } });
    expect(alert.payload).toMatchObject({ event_type: "package.created", attempts: 10, last_http_status: 500 });
    expect(await world.dispatch(parts)).toEqual({ events: 1, deliveries: 1 });
  });

  it("fails for ever at its alerts causes no alert about them", async () => {
    world.answerWith(500);
    const parts = deliveryParts(world.db);
    await subscribe(world.db, world.receiver.url, {
      eventType: "*",
      retryConfig: { choice: "fixed", kwargs: { seconds: 1 } },
    });
    await addEvents(world.db, 1, { eventType: "webhook.delivery.exhausted" });
    await world.dispatch(parts);
    for (let run = 0; run < 20; run += 1) {
      await deliverDue(parts);
      parts.clock.advance(2 * SECOND_MS);
    }
    expect(await world.firstDelivery()).toMatchObject({ status: "EXHAUSTED", attempts: 19 });
    expect(await world.db.eventQueue.count()).toBe(1);
  });
});
