import { manualClock, MINUTE_MS } from "@drumline/core/clock";
import { startTaskRun } from "@drumline/testing";
import { afterAll, describe, expect, it } from "@jest/globals";

import { addEvents, START, subscribe, useDeliveries } from "../../test/delivery-setup.ts";
import { createWebhookClient } from "../webhooks/index.ts";
import { undeliveredEventScanner } from "./undelivered-event-scanner.ts";

const setup = useDeliveries();
const gateways = {
  webhooks: createWebhookClient({ allowPrivate: true, timeoutMs: 20_000, maxPerHost: 10 }),
  settings: { eventQueueDelaySeconds: 360, webhookMaxPerHost: 10, webhookTimeoutSeconds: 15 },
};
afterAll(() => gateways.webhooks.close());
const runAt = (at: Date, options = {}) => startTaskRun(setup.db, gateways, { clock: manualClock(at), ...options });
const later = (minutes: number) => new Date(START.getTime() + minutes * MINUTE_MS);

describe("undelivered_event_scanner", () => {
  it("lists in a dry run what is due, and attempts it otherwise", async () => {
    await subscribe(setup.db, setup.receiver.url);
    await addEvents(setup.db, 2);
    setup.receiver.answer = (_, response) => (response.writeHead(500).end(), true);
    await setup.dispatch(runAt(later(6)).context);
    expect(await undeliveredEventScanner(runAt(later(6)).context)).toMatchObject({ retrying: 2 });
    setup.receiver.answer = null;

    const dry = await undeliveredEventScanner(runAt(later(7), { dryRun: true }).context);
    expect(dry).toMatchObject({ due: 2, wouldAttempt: [{ attempts: 1, targetUrl: setup.receiver.url }, {}] });
    const run = runAt(later(7));
    expect(await undeliveredEventScanner(run.context)).toMatchObject({ attempts: 2, delivered: 2 });
    expect(run.progress).toEqual([2]);
    expect(await undeliveredEventScanner(runAt(later(7)).context)).toMatchObject({ attempts: 0 });
  });

  it("asks for help with a backlog, and a helper does not", async () => {
    const webhookId = await subscribe(setup.db, "http://127.0.0.1:1/");
    await addEvents(setup.db, 10_001);
    await setup.db.$executeRaw`
      INSERT INTO webhook_delivery (event_id, webhook_id, status, next_attempt_at)
      SELECT id, ${webhookId}, 'PENDING_RETRY', ${START} FROM event_queue`;
    const run = runAt(later(1));
    await undeliveredEventScanner(run.context);
    const helper = runAt(later(60), { run: { chunk: { no: 1, parentId: "p" } } });
    await undeliveredEventScanner(helper.context);
    expect([run.helpers, helper.helpers]).toEqual([[2], []]);
  });
});
