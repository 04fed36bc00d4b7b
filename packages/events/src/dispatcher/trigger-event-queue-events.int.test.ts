import { describe, expect, it } from "@jest/globals";

import { addEvents, minutesLater, subscribe, useDeliveries } from "../../test/delivery-setup.ts";
import { triggerEventQueueEvents } from "./trigger-event-queue-events.ts";

const setup = useDeliveries();

describe("trigger_event_queue_events", () => {
  it("takes events untouched for six minutes, leaves fresher ones, and finds nothing the second time", async () => {
    await subscribe(setup.db, setup.receiver.url);
    await addEvents(setup.db, 3);
    await addEvents(setup.db, 2, { at: minutesLater(5) });
    expect(await triggerEventQueueEvents(setup.runAt(minutesLater(6)).context)).toMatchObject({
      events: 3,
      deliveries: 3,
      delivered: 3,
    });
    expect(await triggerEventQueueEvents(setup.runAt(minutesLater(6)).context)).toMatchObject({
      events: 0,
      attempts: 0,
    });
    expect(await triggerEventQueueEvents(setup.runAt(minutesLater(11)).context)).toMatchObject({
      events: 2,
      delivered: 2,
    });
    expect(setup.receiver.uniqueIds()).toBe(5);
  });

  it("attempts what no receiver has answered, and leaves what failed to the scanner", async () => {
    await subscribe(setup.db, setup.receiver.url);
    await addEvents(setup.db, 1);
    setup.answerWith(500);
    expect(await triggerEventQueueEvents(setup.runAt(minutesLater(6)).context)).toMatchObject({ retrying: 1 });
    setup.receiver.answer = null;
    await addEvents(setup.db, 1);
    await setup.dispatch(setup.runAt(minutesLater(6)).context);
    expect(await triggerEventQueueEvents(setup.runAt(minutesLater(60)).context)).toMatchObject({
      events: 0,
      attempts: 1,
      delivered: 1,
    });
    expect(await setup.firstDelivery()).toMatchObject({ status: "PENDING_RETRY", attempts: 1 });
  });

  it("says in a dry run what it would dispatch, and does nothing", async () => {
    await subscribe(setup.db, setup.receiver.url);
    await addEvents(setup.db, 130);
    const result = await triggerEventQueueEvents(setup.runAt(minutesLater(6), { dryRun: true }).context);
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
    expect(await triggerEventQueueEvents(setup.runAt(minutesLater(6), { limit: 7 }).context)).toMatchObject({
      events: 7,
      attempts: 7,
    });
  });

  it("sends nothing any more from the instant on at which the token ends that subscribed", async () => {
    await subscribe(setup.db, setup.receiver.url);
    await setup.db.webhook.updateMany({ data: { endsAt: minutesLater(7) } });
    await addEvents(setup.db, 1);
    await addEvents(setup.db, 1, { at: minutesLater(1) });
    expect(await triggerEventQueueEvents(setup.runAt(minutesLater(6)).context)).toMatchObject({ delivered: 1 });
    expect(await triggerEventQueueEvents(setup.runAt(minutesLater(7)).context)).toMatchObject({
      events: 1,
      deliveries: 0,
      attempts: 0,
    });
    expect(await setup.db.webhook.findFirst()).toMatchObject({
      isActive: false,
      disabledReason: "its token has expired",
    });
  });
});
