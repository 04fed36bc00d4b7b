import { manualClock } from "@drumline/core/clock";
import { silentLog } from "@drumline/core/log";
import { untilTrue } from "@drumline/testing";
import { afterEach, describe, expect, it } from "@jest/globals";

import { addEvents, minutesLater, START, subscribe, useDeliveries } from "../../test/delivery-setup.ts";
import { createDispatcher, type Dispatcher, type DispatcherSwitches, wakeAfterRuns } from "./dispatcher.ts";

interface Options {
  readonly delay: number | null;
  readonly loadSwitches: () => Promise<DispatcherSwitches>;
}

const setup = useDeliveries();

describe("the dispatcher", () => {
  const dispatchers: Dispatcher[] = [];
  const ON: DispatcherSwitches = { events: true, retries: true };
  const start = ({ delay = null, loadSwitches = async () => ON }: Partial<Options> = {}) => {
    const settings = { ...setup.gateways.settings, eventQueueDelaySeconds: delay };
    const gateways = { ...setup.gateways, settings };
    const dispatcher = createDispatcher({ db: setup.db, gateways, log: silentLog, loadSwitches });
    dispatchers.push(dispatcher);
    return dispatcher;
  };
  /** Wakes a dispatcher under these switches, and answers once it has done all that it does. */
  const wakeOnce = async (switches: DispatcherSwitches, at = START, delay: number | null = null) => {
    let asked = 0;
    const dispatcher = start({ delay, loadSwitches: async () => ((asked += 1), switches) });
    // What it does about one wake is over when it asks for the next.
    for (const times of [1, 2]) {
      dispatcher.wake(manualClock(at));
      await untilTrue(() => asked === times, { what: `it asks for the switches ${times} times` });
    }
    await dispatcher.close();
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

  it("sends nothing while both of its tasks are switched off", async () => {
    await subscribe(setup.db, setup.receiver.url);
    await addEvents(setup.db, 2);
    await wakeOnce({ events: false, retries: false });
    expect(await setup.db.webhookDelivery.count()).toBe(0);
    expect(setup.receiver.received).toHaveLength(0);
  });

  it("does the first attempts of the one task and the repeated ones of the other, each by its own switch", async () => {
    await subscribe(setup.db, setup.receiver.url);
    await addEvents(setup.db, 1);
    setup.answerWith(500);
    await wakeOnce({ events: true, retries: false });
    expect(await setup.firstDelivery()).toMatchObject({ status: "PENDING_RETRY", attempts: 1 });
    await wakeOnce({ events: true, retries: false }, minutesLater(60));
    expect(await setup.firstDelivery()).toMatchObject({ status: "PENDING_RETRY", attempts: 1 });

    setup.receiver.answer = null;
    await addEvents(setup.db, 1);
    await wakeOnce({ events: false, retries: true }, minutesLater(60));
    expect(await setup.firstDelivery()).toMatchObject({ status: "DELIVERED", attempts: 2 });
    expect(await setup.deliveries()).toHaveLength(1);
    await wakeOnce({ events: true, retries: false }, minutesLater(60));
    expect(await setup.deliveries()).toMatchObject([{ status: "DELIVERED" }, { status: "DELIVERED", attempts: 1 }]);
  });

  it("leaves an event alone until it has lain for the delay that was set", async () => {
    await subscribe(setup.db, setup.receiver.url);
    await addEvents(setup.db, 1);
    await wakeOnce(ON, minutesLater(1), 360);
    expect(setup.receiver.received).toHaveLength(0);
    await wakeOnce(ON, minutesLater(6), 360);
    expect(setup.receiver.received).toHaveLength(1);
  });

  it("is not woken by the tasks that deliver themselves", async () => {
    const woken: string[] = [];
    const handlers = { scan: async () => ({}), plan: async () => ({}) };
    const wrapped = wakeAfterRuns(handlers, { wake: () => void woken.push("woken") }, ["scan"]) as Record<
      string,
      (context: unknown) => Promise<unknown>
    >;
    await wrapped["scan"]!({ clock: manualClock(START), dryRun: false });
    expect(woken).toEqual([]);
    await wrapped["plan"]!({ clock: manualClock(START), dryRun: false });
    expect(woken).toEqual(["woken"]);
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
