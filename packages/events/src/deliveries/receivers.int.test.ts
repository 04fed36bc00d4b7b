import { HOUR_MS, SECOND_MS } from "@drumline/core/clock";
import { describe, expect, it } from "@jest/globals";

import { addEvents, deliveryContext, START, subscribe, useDeliveries } from "../../test/delivery-setup.ts";
import { deliverDue } from "./deliver-due.ts";

const setup = useDeliveries();

describe("a receiver that", () => {
  const attemptOne = async (data = {}) => {
    const context = deliveryContext(setup.db);
    await subscribe(setup.db, setup.receiver.url, data);
    await addEvents(setup.db, 1);
    await setup.dispatch(context);
    return { context, counts: await deliverDue(context) };
  };

  it("fails gets one attempt per run, then the next by the standard schedule", async () => {
    setup.answerWith(500);
    const { context, counts } = await attemptOne();
    expect(counts).toMatchObject({ attempts: 1, retrying: 1 });
    expect(await setup.firstDelivery()).toMatchObject({
      status: "PENDING_RETRY",
      lastHttpStatus: 500,
      lastError: "answered 500",
    });
    const waits = (await setup.firstDelivery()).nextAttemptAt.getTime() - START.getTime();
    expect(waits).toBeGreaterThanOrEqual(5 * SECOND_MS);
    expect(waits).toBeLessThanOrEqual(5.5 * SECOND_MS);

    context.clock.advance(waits - 1);
    expect(await deliverDue(context)).toMatchObject({ attempts: 0 });
    setup.receiver.answer = null;
    context.clock.advance(1);
    expect(await deliverDue(context)).toMatchObject({ delivered: 1 });
  });

  it("redirects has failed", async () => {
    setup.answerWith(302, { location: `${setup.receiver.url}/elsewhere` });
    expect((await attemptOne()).counts).toMatchObject({ retrying: 1 });
    expect(setup.receiver.received).toHaveLength(1);
  });

  it.each([429, 503])("answers %i gets the pause it asks for, and so do its other events", async (status) => {
    const context = deliveryContext(setup.db);
    await subscribe(setup.db, setup.receiver.url);
    await addEvents(setup.db, 200);
    await setup.dispatch(context);
    setup.answerWith(status, { "retry-after": "900" });
    const counts = await deliverDue(context);
    expect(counts.attempts).toBeLessThanOrEqual(10);
    expect(counts.attempts + counts.held).toBe(100);

    const early = await setup.db.webhookDelivery.count({
      where: { attempts: 1, nextAttemptAt: { lt: new Date(START.getTime() + 900 * SECOND_MS) } },
    });
    expect(early).toBe(0);
    expect(await setup.db.webhookDelivery.count({ where: { attempts: 0 } })).toBe(200 - counts.attempts);
    setup.receiver.answer = null;
    context.clock.advance(900 * SECOND_MS);
    expect(await deliverDue(context)).toMatchObject({ delivered: 200 });
  });

  it("is down is left alone after five failures in a row", async () => {
    const context = deliveryContext(setup.db);
    await subscribe(setup.db, "http://127.0.0.1:1/");
    await subscribe(setup.db, `${setup.receiver.url}/well`);
    await addEvents(setup.db, 150);
    await setup.dispatch(context);
    const counts = await deliverDue(context);
    expect(counts).toMatchObject({ delivered: 150 });
    expect(counts.retrying).toBeLessThanOrEqual(15);
  });

  it("is gone is disabled with all that waits for it", async () => {
    const context = deliveryContext(setup.db);
    const id = await subscribe(setup.db, setup.receiver.url);
    await addEvents(setup.db, 150);
    await setup.dispatch(context);
    setup.answerWith(410);
    await deliverDue(context);
    expect(await setup.db.webhook.findUnique({ where: { id } })).toMatchObject({
      isActive: false,
      disabledReason: expect.stringContaining("410"),
    });
    expect(await setup.db.problem.findMany()).toMatchObject([{ kind: "WEBHOOK_DISABLED", subjectKey: String(id) }]);
    expect(await setup.db.webhookDelivery.count({ where: { status: "DISABLED" } })).toBe(150);
    await addEvents(setup.db, 1);
    expect(await setup.dispatch(context)).toMatchObject({ deliveries: 0 });
  });

  it("never answers well is given up after its last attempt, with an alert that others can subscribe to", async () => {
    setup.answerWith(500);
    await subscribe(setup.db, `${setup.receiver.url}/alerts`, { eventType: "webhook.delivery.exhausted" });
    const { context } = await attemptOne();
    for (let run = 0; run < 12; run += 1) {
      context.clock.advance(27 * HOUR_MS);
      await deliverDue(context);
    }
    expect(await setup.firstDelivery()).toMatchObject({ status: "EXHAUSTED", attempts: 10, lastError: "answered 500" });
    expect((await setup.firstDelivery()).tries).toHaveLength(10);
    expect(context.problems).toEqual([
      { recordId: expect.stringMatching(/^webhook_delivery \d+$/), error: "given up: answered 500" },
    ]);
    const alert = await setup.db.eventQueue.findFirstOrThrow({ where: { eventType: "webhook.delivery.exhausted" } });
    expect(alert.payload).toMatchObject({ event_type: "package.created", attempts: 10, last_http_status: 500 });
    expect(await setup.db.problem.findMany()).toMatchObject([
      { kind: "WEBHOOK_EXHAUSTED", seenCount: 1, reason: "deliveries to it are given up: answered 500" },
    ]);
    expect(await setup.dispatch(context)).toEqual({ events: 1, deliveries: 1 });
  });

  it("fails for ever at its alerts causes no alert about them", async () => {
    setup.answerWith(500);
    const context = deliveryContext(setup.db);
    await subscribe(setup.db, setup.receiver.url, {
      eventType: "*",
      retryConfig: { choice: "fixed", kwargs: { seconds: 1 } },
    });
    await addEvents(setup.db, 1, { eventType: "webhook.delivery.exhausted" });
    await setup.dispatch(context);
    for (let run = 0; run < 20; run += 1) {
      await deliverDue(context);
      context.clock.advance(2 * SECOND_MS);
    }
    expect(await setup.firstDelivery()).toMatchObject({ status: "EXHAUSTED", attempts: 19 });
    expect(await setup.db.eventQueue.count()).toBe(1);
  });
});
