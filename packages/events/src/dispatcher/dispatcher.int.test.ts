import { manualClock } from "@drumline/core/clock";
import { silentLog } from "@drumline/core/log";
import { untilTrue } from "@drumline/testing";
import { afterEach, describe, expect, it } from "@jest/globals";

import { addEvents, START, subscribe, useDeliveries } from "../../test/delivery-setup.ts";
import { createDispatcher, type Dispatcher, wakeAfterRuns } from "./dispatcher.ts";

const setup = useDeliveries();

describe("the dispatcher", () => {
  const dispatchers: Dispatcher[] = [];
  const start = () => {
    const dispatcher = createDispatcher({ db: setup.db, gateways: setup.gateways, log: silentLog });
    dispatchers.push(dispatcher);
    return dispatcher;
  };
  afterEach(() => Promise.all(dispatchers.splice(0).map((dispatcher) => dispatcher.close())));

  it("brings out what a run wrote as soon as the run has ended, also when it failed, but not after a dry run", async () => {
    await subscribe(setup.db, setup.receiver.url);
    const { works, fails } = wakeAfterRuns(
      {
        works: async () => ({}),
        fails: async (): Promise<Record<string, never>> => Promise.reject(new Error("later")),
      },
      start(),
    ) as Record<string, (context: unknown) => Promise<unknown>>;
    await addEvents(setup.db, 5);
    await works!({ clock: manualClock(START), dryRun: true });
    expect(await setup.db.webhookDelivery.count()).toBe(0);
    await works!({ clock: manualClock(START), dryRun: false });
    await untilTrue(() => setup.receiver.uniqueIds() === 5, { what: "five events are delivered" });
    await addEvents(setup.db, 5);
    await expect(fails!({ clock: manualClock(START), dryRun: false })).rejects.toThrow("later");
    await untilTrue(() => setup.receiver.uniqueIds() === 10, { what: "ten events are delivered" });
    expect(setup.receiver.received).toHaveLength(10);
  });

  it("woken many times at once by several workers delivers each event once", async () => {
    await subscribe(setup.db, setup.receiver.url);
    await addEvents(setup.db, 300);
    const three = [start(), start(), start()];
    for (let wake = 0; wake < 30; wake += 1) three[wake % 3]!.wake(manualClock(START));
    await untilTrue(async () => (await setup.db.webhookDelivery.count({ where: { status: "DELIVERED" } })) === 300, {
      what: "300 events are delivered",
    });
    expect(setup.receiver.received).toHaveLength(300);
  });

  it("puts back what it has not sent when its process ends", async () => {
    await subscribe(setup.db, setup.receiver.url);
    await addEvents(setup.db, 90);
    const dispatcher = start();
    const full = new Promise<void>((resolve) => {
      setup.receiver.answer = () => (setup.receiver.received.length === 10 && resolve(), false);
    });
    dispatcher.wake(manualClock(START));
    await full;
    await dispatcher.close();
    expect(await setup.db.webhookDelivery.count({ where: { NOT: { leasedBy: null } } })).toBe(0);
    expect(await setup.db.webhookDelivery.count({ where: { attempts: 0 } })).toBeGreaterThan(0);
  });
});
