import { manualClock, MINUTE_MS } from "@drumline/core/clock";
import { startTaskRun } from "@drumline/testing";
import { afterAll, describe, expect, it } from "@jest/globals";

import { addEvents, START, subscribe, useDeliveries } from "../../test/delivery-setup.ts";
import { createWebhookClient } from "../webhooks/index.ts";
import { triggerEventQueueEvents } from "./trigger-event-queue-events.ts";

const setup = useDeliveries();
const gateways = {
  webhooks: createWebhookClient({ allowPrivate: true, timeoutMs: 20_000, maxPerHost: 10 }),
  settings: { eventQueueDelaySeconds: 360, webhookMaxPerHost: 10, webhookTimeoutSeconds: 15 },
};
afterAll(() => gateways.webhooks.close());
const runAt = (at: Date, options = {}) => startTaskRun(setup.db, gateways, { clock: manualClock(at), ...options });
const later = (minutes: number) => new Date(START.getTime() + minutes * MINUTE_MS);

describe("trigger_event_queue_events", () => {
  it("takes events untouched for six minutes, leaves fresher ones, and finds nothing the second time", async () => {
    await subscribe(setup.db, setup.receiver.url);
    await addEvents(setup.db, 3);
    await addEvents(setup.db, 2, { at: later(5) });
    expect(await triggerEventQueueEvents(runAt(later(6)).context)).toMatchObject({
      events: 3,
      deliveries: 3,
      delivered: 3,
    });
    expect(await triggerEventQueueEvents(runAt(later(6)).context)).toMatchObject({ events: 0, attempts: 0 });
    expect(await triggerEventQueueEvents(runAt(later(11)).context)).toMatchObject({ events: 2, delivered: 2 });
    expect(setup.receiver.uniqueIds()).toBe(5);
  });

  it("says in a dry run what it would dispatch, and does nothing", async () => {
    await subscribe(setup.db, setup.receiver.url);
    await addEvents(setup.db, 130);
    const result = await triggerEventQueueEvents(runAt(later(6), { dryRun: true }).context);
    expect(result).toMatchObject({ events: 130 });
    expect(result["wouldDispatch"]).toHaveLength(100);
    expect(result["wouldDispatch"]).toContainEqual(
      expect.objectContaining({ eventType: "package.created", webhooks: 1 }),
    );
    expect(await setup.db.webhookDelivery.count()).toBe(0);
  });

  it("takes no more events than its limit", async () => {
    await subscribe(setup.db, setup.receiver.url);
    await addEvents(setup.db, 30);
    expect(await triggerEventQueueEvents(runAt(later(6), { limit: 7 }).context)).toMatchObject({
      events: 7,
      attempts: 7,
    });
  });
});
