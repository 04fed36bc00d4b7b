import { DAY_MS, HOUR_MS, type ManualClock, manualClock } from "@drumline/core/clock";
import { Unavailable } from "@drumline/outbound/http";
import { startTaskRun, testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { playCarriers, type PlayedCarriers } from "../../test/carriers.ts";
import { type Outside, startOutside } from "../../test/local-omnitron.ts";
import { storeCommands } from "../../test/store-commands.ts";
import { storePackages, storeTransfer } from "../../test/stored-packages.ts";
import type { PackageState } from "../states/index.ts";
import { omsHandlers } from "../tasks.ts";

const track = omsHandlers["oms.shipments.tasks.update_all_tracking_information"];
const trackTransfers = omsHandlers["oms.shipments.tasks.update_all_transfer_order_tracking_information"];
const autoShip = omsHandlers["oms.shipments.tasks.auto_run_ship_the_package_command"];

const START = new Date("2026-11-20T13:00:00Z");
const GONE = new Unavailable({ system: "Carrier sb", method: "GET", url: "http://c/" }, "answered 404.");

let store: TestDatabase;
let outside: Outside;
let carriers: PlayedCarriers;
let clock: ManualClock;
beforeAll(async () => void ([store, outside] = await Promise.all([testDatabase(), startOutside()])));
afterAll(async () => void (await Promise.all([store.close(), outside.close()])));
beforeEach(async () => {
  carriers = playCarriers();
  clock = manualClock(START);
  await store.db.$executeRaw`TRUNCATE tracking_event, shipment, problem CASCADE`;
});

const start = () => startTaskRun(store.db, { ...outside.gateways(), carriers }, { clock });
const storeParcel = async (state: PackageState, trackingNumber: string) => {
  const [stored] = await storePackages(store.db, [{ state }]);
  const { packageId } = stored!;
  const data = { packageId, carrierCode: "sb", trackingNumber, nextPollAt: START, createdAt: START };
  await store.db.shipment.create({ data });
  return { packageId, number: `${stored!.orderNumber}P1` };
};
const problems = async () =>
  (await store.db.problem.findMany({ where: { closedAt: null }, orderBy: { id: "asc" } })).map(
    ({ kind, subjectType, subjectKey }) => `${kind} ${subjectType} ${subjectKey}`,
  );

describe("a parcel of which nothing is heard", () => {
  it("ends after thirty days whose polls all fail, and is a problem until its package has ended", async () => {
    const { packageId } = await storeParcel("PACKED", "T1");
    carriers.fail("T1", GONE);
    expect(await track(start().context)).toMatchObject({ failed: 1, expired: 0 });
    clock.advance(30 * DAY_MS);
    expect(await track(start().context)).toMatchObject({ failed: 1, expired: 1 });
    expect(await problems()).toEqual(["PARCEL_EXPIRED shipment sb T1"]);
    const run = start();
    expect(await autoShip(run.context)).toMatchObject({ shipped: 0, withoutParcel: 1 });
    expect(run.problems).toMatchObject([{ error: expect.stringContaining("nothing was heard of its parcel") }]);
    expect(await problems()).toEqual(["PARCEL_EXPIRED shipment sb T1"]);
    await store.db.package.update({ where: { id: packageId }, data: { state: "DELIVERED" } });
    clock.advance(HOUR_MS);
    expect(await autoShip(start().context)).toMatchObject({ withoutParcel: 0 });
    expect(await problems()).toEqual([]);
  });

  it("is a problem of a package on its way and of a transfer as well, as one that its carrier has deleted is", async () => {
    await storeParcel("SHIPPED", "T1");
    const { number } = await storeParcel("PACKED", "T2");
    const [waiting] = await storePackages(store.db, [{}]);
    const id = await storeTransfer(store.db, waiting!, "B");
    const args = { carrier: "sb", tracking_number: "T3" };
    const transfer = await storeCommands(store.db, clock).onTransfer(id, "TRANSFER_READY_TO_SHIPMENT", args);
    for (const tracking of ["T2", "T3"]) carriers.say(tracking, [START.toISOString(), "DELETED"]);
    await track(start().context);
    await trackTransfers(start().context);
    expect(await autoShip(start().context)).toMatchObject({ withoutParcel: 1 });
    expect((await problems()).toSorted()).toEqual([
      `PARCEL_MISSING package ${number}`,
      `PARCEL_MISSING transfer ${transfer.number}`,
    ]);
    clock.advance(31 * DAY_MS);
    await track(start().context);
    expect(await problems()).toContain("PARCEL_EXPIRED shipment sb T1");
  });
});

describe("the history of a parcel", () => {
  it("takes in a scan that is told after younger ones", async () => {
    const { packageId } = await storeParcel("SHIPPED", "T1");
    carriers.say("T1", ["2026-11-20T12:00:00Z", "CREATED"], ["2026-11-20T12:50:00Z", "SHIPPING"]);
    expect(await track(start().context)).toMatchObject({ events: 2 });
    clock.advance(HOUR_MS);
    carriers.say("T1", ["2026-11-20T12:40:00Z", "SHIPPING"]);
    expect(await track(start().context)).toMatchObject({ moved: 0, events: 1 });
    expect(await store.db.shipment.findFirst({ where: { packageId } })).toMatchObject({
      shippedAt: new Date("2026-11-20T12:40:00Z"),
      lastEventAt: new Date("2026-11-20T12:50:00Z"),
    });
    clock.advance(HOUR_MS);
    expect(await track(start().context)).toMatchObject({ events: 0 });
  });
});

describe("the announcement of a parcel", () => {
  it("is told once by two runs that make it both, since the first took too long", async () => {
    const { packageId } = await storeParcel("PACKED", "T1");
    await store.db.shipment.updateMany({ data: { trackingNumber: null } });
    const { id } = await store.db.shipment.findFirstOrThrow({ where: { packageId } });
    const { announce } = carriers;
    carriers.announce = async (parcel, signal) => {
      if (carriers.announced.length === 0) {
        carriers.announced.push("slow");
        await store.db.shipment.updateMany({ data: { claimedBy: null, claimedUntil: null } });
        await track(start().context);
      }
      return await announce(parcel, signal);
    };
    await track(start().context);
    expect(carriers.announced).toEqual(["slow", `shipment-${id}`, `shipment-${id}`]);
    expect(await store.db.eventQueue.count({ where: { eventType: "package.shipment.awb_number", entityId: id } })).toBe(
      1,
    );
  });

  it("names what is left of the package, and all of it where nothing is left", async () => {
    const told: unknown[] = [];
    const { announce } = carriers;
    carriers.announce = async (parcel, signal) => {
      told.push(parcel.products);
      return await announce(parcel, signal);
    };
    const { packageId } = await storeParcel("PACKED", "T1");
    await store.db.packageItem.updateMany({ where: { packageId }, data: { state: "CANCELLED" } });
    await store.db.shipment.updateMany({ data: { trackingNumber: null, wantedBackAt: START } });
    expect(await track(start().context)).toMatchObject({ announced: 1, failed: 0 });
    expect(told).toEqual([[{ sku: expect.any(String), quantity: 1 }]]);
    await track(start().context);
    expect(carriers.calledBack).toHaveLength(1);
  });
});
