import { describe, expect, it } from "@jest/globals";

import { addEvents, minutesLater, START, subscribe, useDeliveries } from "../../test/delivery-setup.ts";
import { undeliveredEventScanner } from "./undelivered-event-scanner.ts";

const setup = useDeliveries();

describe("undelivered_event_scanner", () => {
  it("lists in a dry run what is due, and attempts it otherwise", async () => {
    await subscribe(setup.db, setup.receiver.url);
    await addEvents(setup.db, 2);
    setup.receiver.answer = (_, response) => (response.writeHead(500).end(), true);
    await setup.dispatch(setup.runAt(minutesLater(6)).context);
    expect(await undeliveredEventScanner(setup.runAt(minutesLater(6)).context)).toMatchObject({ retrying: 2 });
    setup.receiver.answer = null;

    const dry = await undeliveredEventScanner(setup.runAt(minutesLater(7), { dryRun: true }).context);
    expect(dry).toMatchObject({ due: 2, wouldAttempt: [{ attempts: 1, targetUrl: setup.receiver.url }, {}] });
    const run = setup.runAt(minutesLater(7));
    expect(await undeliveredEventScanner(run.context)).toMatchObject({ attempts: 2, delivered: 2 });
    expect(run.progress).toEqual([2]);
    expect(await undeliveredEventScanner(setup.runAt(minutesLater(7)).context)).toMatchObject({ attempts: 0 });
  });

  it("asks for help with a backlog, and a helper does not", async () => {
    const webhookId = await subscribe(setup.db, "http://127.0.0.1:1/");
    await addEvents(setup.db, 10_001);
    await setup.db.$executeRaw`
      INSERT INTO webhook_delivery (event_id, webhook_id, status, next_attempt_at)
      SELECT id, ${webhookId}, 'PENDING_RETRY', ${START} FROM event_queue`;
    const run = setup.runAt(minutesLater(1));
    await undeliveredEventScanner(run.context);
    const helper = setup.runAt(minutesLater(60), { run: { chunk: { no: 1, parentId: "p" } } });
    await undeliveredEventScanner(helper.context);
    expect([run.helpers, helper.helpers]).toEqual([[2], []]);
  });
});
