import { DAY_MS, HOUR_MS } from "@drumline/core/clock";
import { Unavailable } from "@drumline/outbound/http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { openShipping, SHIPPING_AT as START, type ShippingUnderTest } from "../../test/shipping-under-test.ts";
import { storeCommands } from "../../test/store-commands.ts";
import { storePackages, storeTransfer } from "../../test/stored-packages.ts";
import type { PackageState } from "../states/index.ts";
import { omsHandlers } from "../tasks.ts";

const track = omsHandlers["oms.shipments.tasks.update_all_tracking_information"];
const trackTransfers = omsHandlers["oms.shipments.tasks.update_all_transfer_order_tracking_information"];
const autoShip = omsHandlers["oms.shipments.tasks.auto_run_ship_the_package_command"];

const GONE = new Unavailable({ system: "Carrier sb", method: "GET", url: "http://c/" }, "answered 404.");

let shipping: ShippingUnderTest;
beforeAll(async () => void (shipping = await openShipping()));
afterAll(() => shipping.close());
beforeEach(() => shipping.clear());

const storeParcel = async (state: PackageState, trackingNumber: string) => {
  const [stored] = await storePackages(shipping.db, [{ state }]);
  const { packageId } = stored!;
  const data = { packageId, carrierCode: "sb", trackingNumber, nextPollAt: START, createdAt: START };
  await shipping.db.shipment.create({ data });
  return { packageId, number: `${stored!.orderNumber}P1` };
};
const problems = async () =>
  (await shipping.db.problem.findMany({ where: { closedAt: null }, orderBy: { id: "asc" } })).map(
    ({ kind, subjectType, subjectKey }) => `${kind} ${subjectType} ${subjectKey}`,
  );

describe("a parcel of which nothing is heard", () => {
  it("ends after thirty days whose polls all fail, and is a problem until its package has ended", async () => {
    const { packageId } = await storeParcel("PACKED", "T1");
    shipping.carriers.fail("T1", GONE);
    expect(await track(shipping.start().context)).toMatchObject({ failed: 1, expired: 0 });
    shipping.clock.advance(30 * DAY_MS);
    expect(await track(shipping.start().context)).toMatchObject({ failed: 1, expired: 1 });
    expect(await problems()).toEqual(["PARCEL_EXPIRED shipment sb T1"]);
    const run = shipping.start();
    expect(await autoShip(run.context)).toMatchObject({ shipped: 0, withoutParcel: 1 });
    expect(run.problems).toMatchObject([{ error: expect.stringContaining("nothing was heard of its parcel") }]);
    expect(await problems()).toEqual(["PARCEL_EXPIRED shipment sb T1"]);
    await shipping.db.package.update({ where: { id: packageId }, data: { state: "DELIVERED" } });
    shipping.clock.advance(HOUR_MS);
    expect(await autoShip(shipping.start().context)).toMatchObject({ withoutParcel: 0 });
    expect(await problems()).toEqual([]);
  });

  it("is a problem of a package on its way and of a transfer as well, as one that its carrier has deleted is", async () => {
    await storeParcel("SHIPPED", "T1");
    const { number } = await storeParcel("PACKED", "T2");
    const [waiting] = await storePackages(shipping.db, [{}]);
    const id = await storeTransfer(shipping.db, waiting!, "B");
    const args = { carrier: "sb", tracking_number: "T3" };
    const transfer = await storeCommands(shipping.db, shipping.clock).onTransfer(
      id,
      "TRANSFER_READY_TO_SHIPMENT",
      args,
    );
    for (const tracking of ["T2", "T3"]) shipping.carriers.say(tracking, [START.toISOString(), "DELETED"]);
    await track(shipping.start().context);
    await trackTransfers(shipping.start().context);
    expect(await autoShip(shipping.start().context)).toMatchObject({ withoutParcel: 1 });
    expect((await problems()).toSorted()).toEqual([
      `PARCEL_MISSING package ${number}`,
      `PARCEL_MISSING transfer ${transfer.number}`,
    ]);
    shipping.clock.advance(31 * DAY_MS);
    await track(shipping.start().context);
    expect(await problems()).toContain("PARCEL_EXPIRED shipment sb T1");
  });
});

describe("the history of a parcel", () => {
  it("takes in a scan that is told after younger ones", async () => {
    const { packageId } = await storeParcel("SHIPPED", "T1");
    shipping.carriers.say("T1", ["2026-11-20T12:00:00Z", "CREATED"], ["2026-11-20T12:50:00Z", "SHIPPING"]);
    expect(await track(shipping.start().context)).toMatchObject({ events: 2 });
    shipping.clock.advance(HOUR_MS);
    shipping.carriers.say("T1", ["2026-11-20T12:40:00Z", "SHIPPING"]);
    expect(await track(shipping.start().context)).toMatchObject({ moved: 0, events: 1 });
    expect(await shipping.db.shipment.findFirst({ where: { packageId } })).toMatchObject({
      shippedAt: new Date("2026-11-20T12:40:00Z"),
      lastEventAt: new Date("2026-11-20T12:50:00Z"),
    });
    shipping.clock.advance(HOUR_MS);
    expect(await track(shipping.start().context)).toMatchObject({ events: 0 });
  });
});

describe("the announcement of a parcel", () => {
  it("is told once by two runs that make it both, since the first took too long", async () => {
    const { packageId } = await storeParcel("PACKED", "T1");
    await shipping.db.shipment.updateMany({ data: { trackingNumber: null } });
    const { id } = await shipping.db.shipment.findFirstOrThrow({ where: { packageId } });
    const { announce } = shipping.carriers;
    shipping.carriers.announce = async (parcel, signal) => {
      if (shipping.carriers.announced.length === 0) {
        shipping.carriers.announced.push("slow");
        await shipping.db.shipment.updateMany({ data: { claimedBy: null, claimedUntil: null } });
        await track(shipping.start().context);
      }
      return await announce(parcel, signal);
    };
    await track(shipping.start().context);
    expect(shipping.carriers.announced).toEqual(["slow", `shipment-${id}`, `shipment-${id}`]);
    expect(
      await shipping.db.eventQueue.count({ where: { eventType: "package.shipment.awb_number", entityId: id } }),
    ).toBe(1);
  });

  it("names what is left of the package, and all of it where nothing is left", async () => {
    const told: unknown[] = [];
    const { announce } = shipping.carriers;
    shipping.carriers.announce = async (parcel, signal) => {
      told.push(parcel.products);
      return await announce(parcel, signal);
    };
    const { packageId } = await storeParcel("PACKED", "T1");
    await shipping.db.packageItem.updateMany({ where: { packageId }, data: { state: "CANCELLED" } });
    await shipping.db.shipment.updateMany({ data: { trackingNumber: null, wantedBackAt: START } });
    expect(await track(shipping.start().context)).toMatchObject({ announced: 1, failed: 0 });
    expect(told).toEqual([[{ sku: expect.any(String), quantity: 1 }]]);
    await track(shipping.start().context);
    expect(shipping.carriers.calledBack).toHaveLength(1);
  });
});
