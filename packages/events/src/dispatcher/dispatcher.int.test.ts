import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";

import { manualClock, MINUTE_MS } from "@drumline/core/clock";
import { silentLog } from "@drumline/core/log";
import { startTaskRun, type TestDatabase, testDatabase, untilTrue } from "@drumline/testing";

import {
  addEvents,
  clearDeliveries,
  type Receiver,
  START,
  startReceiver,
  subscribe,
} from "../../test/delivery-setup.ts";
import { createWebhookClient } from "../webhooks/index.ts";
import { type Dispatcher, createDispatcher, wakeAfterRuns } from "./dispatcher.ts";
import { triggerEventQueueEvents } from "./trigger-event-queue-events.ts";
import { undeliveredEventScanner } from "../deliveries/undelivered-event-scanner.ts";

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

const gateways = {
  webhooks: createWebhookClient({ allowPrivate: true, timeoutMs: 20_000, maxPerHost: 10 }),
  settings: { eventQueueDelaySeconds: 360, webhookMaxPerHost: 10, webhookTimeoutSeconds: 15 },
};
afterAll(() => gateways.webhooks.close());

const runAt = (at: Date, options = {}) => startTaskRun(store.db, gateways, { clock: manualClock(at), ...options });
const later = (minutes: number) => new Date(START.getTime() + minutes * MINUTE_MS);

describe("trigger_event_queue_events", () => {
  it("takes events untouched for six minutes, leaves fresher ones, and finds nothing the second time", async () => {
    await subscribe(store.db, receiver.url);
    await addEvents(store.db, 3);
    await addEvents(store.db, 2, { at: later(5) });
    expect(await triggerEventQueueEvents(runAt(later(6)).context)).toMatchObject({
      events: 3,
      deliveries: 3,
      delivered: 3,
    });
    expect(await triggerEventQueueEvents(runAt(later(6)).context)).toMatchObject({ events: 0, attempts: 0 });
    expect(await triggerEventQueueEvents(runAt(later(11)).context)).toMatchObject({ events: 2, delivered: 2 });
    expect(receiver.uniqueIds()).toBe(5);
  });

  it("says in a dry run what it would dispatch, and does nothing", async () => {
    await subscribe(store.db, receiver.url);
    await addEvents(store.db, 130);
    const result = await triggerEventQueueEvents(runAt(later(6), { dryRun: true }).context);
    expect(result).toMatchObject({ events: 130 });
    expect(result["wouldDispatch"]).toHaveLength(100);
    expect(result["wouldDispatch"]).toContainEqual(
      expect.objectContaining({ eventType: "package.created", webhooks: 1 }),
    );
    expect(await store.db.webhookDelivery.count()).toBe(0);
  });

  it("takes no more events than its limit", async () => {
    await subscribe(store.db, receiver.url);
    await addEvents(store.db, 30);
    expect(await triggerEventQueueEvents(runAt(later(6), { limit: 7 }).context)).toMatchObject({
      events: 7,
      attempts: 7,
    });
  });
});

describe("undelivered_event_scanner", () => {
  it("lists in a dry run what is due, and attempts it otherwise", async () => {
    await subscribe(store.db, receiver.url);
    await addEvents(store.db, 2);
    receiver.answer = (_, response) => (response.writeHead(500).end(), true);
    expect(await triggerEventQueueEvents(runAt(later(6)).context)).toMatchObject({ retrying: 2 });
    receiver.answer = null;

    const dry = await undeliveredEventScanner(runAt(later(7), { dryRun: true }).context);
    expect(dry).toMatchObject({ due: 2, wouldAttempt: [{ attempts: 1, targetUrl: receiver.url }, {}] });
    const run = runAt(later(7));
    expect(await undeliveredEventScanner(run.context)).toMatchObject({ attempts: 2, delivered: 2 });
    expect(run.progress).toEqual([2]);
    expect(await undeliveredEventScanner(runAt(later(7)).context)).toMatchObject({ attempts: 0 });
  });

  it("asks for help with a backlog, and a helper does not", async () => {
    const webhookId = await subscribe(store.db, "http://127.0.0.1:1/");
    await addEvents(store.db, 10_001);
    await store.db.$executeRaw`
      INSERT INTO webhook_delivery (event_id, webhook_id, status, next_attempt_at)
      SELECT id, ${webhookId}, 'PENDING_RETRY', ${START} FROM event_queue`;
    const run = runAt(later(1));
    await undeliveredEventScanner(run.context);
    const helper = runAt(later(60), { run: { chunk: { no: 1, parentId: "p" } } });
    await undeliveredEventScanner(helper.context);
    expect([run.helpers, helper.helpers]).toEqual([[2], []]);
  });
});

describe("the dispatcher", () => {
  const dispatchers: Dispatcher[] = [];
  const start = () => {
    const dispatcher = createDispatcher({ db: store.db, gateways, log: silentLog });
    dispatchers.push(dispatcher);
    return dispatcher;
  };
  afterEach(() => Promise.all(dispatchers.splice(0).map((dispatcher) => dispatcher.close())));

  it("brings out what a run wrote as soon as the run has ended, also when it failed, but not after a dry run", async () => {
    await subscribe(store.db, receiver.url);
    const { works, fails } = wakeAfterRuns(
      {
        works: async () => ({}),
        fails: async (): Promise<Record<string, never>> => Promise.reject(new Error("later")),
      },
      start(),
    ) as Record<string, (context: unknown) => Promise<unknown>>;
    await addEvents(store.db, 5);
    await works!({ clock: manualClock(START), dryRun: true });
    expect(await store.db.webhookDelivery.count()).toBe(0);
    await works!({ clock: manualClock(START), dryRun: false });
    await untilTrue(() => receiver.uniqueIds() === 5, { what: "five events are delivered" });
    await addEvents(store.db, 5);
    await expect(fails!({ clock: manualClock(START), dryRun: false })).rejects.toThrow("later");
    await untilTrue(() => receiver.uniqueIds() === 10, { what: "ten events are delivered" });
    expect(receiver.received).toHaveLength(10);
  });

  it("woken many times at once by several workers delivers each event once", async () => {
    await subscribe(store.db, receiver.url);
    await addEvents(store.db, 300);
    const three = [start(), start(), start()];
    for (let wake = 0; wake < 30; wake += 1) three[wake % 3]!.wake(manualClock(START));
    await untilTrue(async () => (await store.db.webhookDelivery.count({ where: { status: "DELIVERED" } })) === 300, {
      what: "300 events are delivered",
    });
    expect(receiver.received).toHaveLength(300);
  });

  it("puts back what it has not sent when its process ends", async () => {
    await subscribe(store.db, receiver.url);
    await addEvents(store.db, 90);
    const dispatcher = start();
    const full = new Promise<void>((resolve) => {
      receiver.answer = () => (receiver.received.length === 10 && resolve(), false);
    });
    dispatcher.wake(manualClock(START));
    await full;
    await dispatcher.close();
    expect(await store.db.webhookDelivery.count({ where: { NOT: { leasedBy: null } } })).toBe(0);
    expect(await store.db.webhookDelivery.count({ where: { attempts: 0 } })).toBeGreaterThan(0);
  });
});
