import { Prisma } from "@drumline/db";
import { Unavailable } from "@drumline/outbound/http";
import { startTaskRun } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { openShipping, type ShippingUnderTest } from "../../test/shipping-under-test.ts";
import { storePackages } from "../../test/stored-packages.ts";
import { findBrokenInvariants } from "../invariants.sql.ts";
import type { PackageState } from "../states/index.ts";
import { omsHandlers } from "../tasks.ts";

const daily = omsHandlers["oms.shipments.tasks.update_all_tracking_information"];
const sevenDays = omsHandlers["oms.shipments.tasks.update_all_seven_days_tracking_information"];
const transfers = omsHandlers["oms.shipments.tasks.update_all_transfer_order_tracking_information"];
const autoShip = omsHandlers["oms.shipments.tasks.auto_run_ship_the_package_command"];

const SITE = { system: "Carrier correios", method: "GET", url: "http://c/" };
const PACKED_AT = "2026-11-20T12:00:00Z";

let shipping: ShippingUnderTest;
beforeAll(async () => void (shipping = await openShipping()));
afterAll(() => shipping.close());
beforeEach(() => shipping.clear());

/** Packages in that state, each with a parcel announced an hour ago. */
async function storeParcels(state: PackageState, count: number, { announced = true, createdAt = PACKED_AT } = {}) {
  const packages = await storePackages(
    shipping.db,
    Array.from({ length: count }, () => ({ state })),
  );
  await shipping.db.$executeRaw(Prisma.sql`
    INSERT INTO shipment (package_id, carrier_code, tracking_number, next_poll_at, created_at, updated_at)
    SELECT id, 'correios', CASE WHEN ${announced} THEN 'T' || id END, ${new Date(createdAt)}::timestamptz,
      ${new Date(createdAt)}::timestamptz, ${new Date(createdAt)}::timestamptz
    FROM unnest(${packages.map(({ packageId }) => packageId)}::bigint[]) id`);
  return packages.map(({ packageId, orderId }) => ({ packageId, orderId, number: `T${packageId}` }));
}

const stateOf = async (id: bigint) => (await shipping.db.package.findUniqueOrThrow({ where: { id } })).state;
const parcelOf = (packageId: bigint) => shipping.db.shipment.findFirstOrThrow({ where: { packageId } });
const hour = (count: number) => shipping.clock.advance(count * 3_600_000);

describe("tracking", () => {
  it("announces a packed parcel once, and tells whoever prints labels", async () => {
    const [parcel] = await storeParcels("PACKED", 1, { announced: false });
    expect(await daily(shipping.start().context)).toMatchObject({ polled: 1, announced: 1, failed: 0 });
    const shipment = await parcelOf(parcel!.packageId);
    const shipmentId = `shipment-${shipment.id}`;
    expect(shipment).toMatchObject({
      trackingNumber: `T-${shipmentId}`,
      awbNumber: `A-${shipmentId}`,
      status: "CREATED",
    });
    hour(1);
    expect(await daily(shipping.start().context)).toMatchObject({ polled: 1, announced: 0 });
    expect([shipping.carriers.announced, shipping.carriers.polled]).toEqual([[shipmentId], [`T-${shipmentId}`]]);
    expect(
      await shipping.db.eventQueue.count({
        where: { eventType: "package.shipment.awb_number", entityId: shipment.id },
      }),
    ).toBe(1);
  });

  it("moves parcel, package and order on, and writes each event once however often it is told", async () => {
    const [parcel] = await storeParcels("SHIPPED", 1);
    shipping.carriers.say(parcel!.number, [PACKED_AT, "CREATED"], ["2026-11-20T12:30:00Z", "SHIPPING"]);
    expect(await daily(shipping.start().context)).toMatchObject({ polled: 1, moved: 1, events: 2 });
    hour(1);
    shipping.carriers.say(parcel!.number, ["2026-11-20T13:30:00Z", "ATTEMPTED_DELIVERY"]);
    expect(await sevenDays(shipping.start().context)).toMatchObject({ moved: 1, events: 1 });
    expect(await stateOf(parcel!.packageId)).toBe("ATTEMPTED_DELIVERY");
    hour(1);
    shipping.carriers.say(parcel!.number, ["2026-11-20T14:30:00Z", "DELIVERED"]);
    expect(await daily(shipping.start().context)).toMatchObject({ moved: 1, events: 1 });
    expect(await stateOf(parcel!.packageId)).toBe("DELIVERED");
    expect((await shipping.db.order.findUniqueOrThrow({ where: { id: parcel!.orderId } })).state).toBe("DELIVERED");
    expect(await parcelOf(parcel!.packageId)).toMatchObject({
      status: "DELIVERED",
      shippedAt: new Date("2026-11-20T12:30:00Z"),
      deliveredAt: new Date("2026-11-20T14:30:00Z"),
    });
    hour(48);
    expect(await daily(shipping.start().context)).toMatchObject({ polled: 0 });
    expect(await findBrokenInvariants(shipping.db)).toEqual([]);
  });

  it("asks about no parcel twice within the hour, whichever task asks, even both at once", async () => {
    const parcels = await storeParcels("SHIPPED", 40);
    await Promise.all([
      daily(shipping.start().context),
      sevenDays(shipping.start().context),
      daily(shipping.start().context),
    ]);
    await sevenDays(shipping.start().context);
    expect(shipping.carriers.polled.toSorted()).toEqual(parcels.map(({ number }) => number).toSorted());
    shipping.clock.advance(3_599_000);
    expect(await daily(shipping.start().context)).toMatchObject({ polled: 0 });
    shipping.clock.advance(1_000);
    expect(await daily(shipping.start().context)).toMatchObject({ polled: 40 });
  });

  it("of seven days leaves older parcels to the daily task", async () => {
    await storeParcels("SHIPPED", 1, { createdAt: "2026-11-13T12:59:59Z" });
    await storeParcels("SHIPPED", 1, { createdAt: "2026-11-13T13:00:00Z" });
    expect(await sevenDays(shipping.start().context)).toMatchObject({ polled: 1 });
    expect(await daily(shipping.start().context)).toMatchObject({ polled: 1 });
  });

  it("keeps a failure with its parcel, changes nothing else, and goes on with the others", async () => {
    const [bad, good] = await storeParcels("SHIPPED", 2);
    shipping.carriers.say(bad!.number, [PACKED_AT, "DELIVERED"]);
    shipping.carriers.fail(bad!.number, new Unavailable(SITE, "answered 500."));
    shipping.carriers.say(good!.number, [PACKED_AT, "DELIVERED"]);
    const run = shipping.start();
    expect(await daily(run.context)).toMatchObject({ polled: 2, moved: 1, failed: 1 });
    expect(run.problems).toEqual([
      { recordId: expect.stringContaining("shipment"), error: expect.stringContaining("500") },
    ]);
    expect(await parcelOf(bad!.packageId)).toMatchObject({
      status: "CREATED",
      pollFailures: 1,
      pollError: expect.stringContaining("answered 500"),
      claimedBy: null,
      nextPollAt: new Date("2026-11-20T14:00:00Z"),
    });
    shipping.carriers.fail(bad!.number, null);
    hour(1);
    await daily(shipping.start().context);
    expect(await parcelOf(bad!.packageId)).toMatchObject({ status: "DELIVERED", pollFailures: 0, pollError: null });
  });

  it("leaves the parcels of a carrier that is down as they are, and free for the next run", async () => {
    const parcels = await storeParcels("SHIPPED", 3);
    for (const { number } of parcels)
      shipping.carriers.fail(number, new Unavailable(SITE, "was not tried.", { retriable: false }));
    const run = shipping.start();
    expect(await daily(run.context)).toMatchObject({ polled: 0, unasked: 3 });
    expect(run.problems).toEqual([{ recordId: "carrier correios", error: expect.stringContaining("was not tried") }]);
    for (const { packageId } of parcels)
      expect(await parcelOf(packageId)).toMatchObject({ pollFailures: 0, pollError: null, claimedBy: null });
    for (const { number } of parcels) shipping.carriers.fail(number, null);
    expect(await daily(shipping.start().context)).toMatchObject({ polled: 3 });
  });

  it("gives a parcel up after thirty days of silence", async () => {
    const [parcel] = await storeParcels("SHIPPED", 1);
    shipping.carriers.say(parcel!.number, ["2026-11-20T12:30:00Z", "SHIPPING"]);
    await daily(shipping.start().context);
    shipping.clock.set(new Date("2026-12-20T12:30:00Z"));
    expect(await daily(shipping.start().context)).toMatchObject({ moved: 0, expired: 1 });
    expect(await parcelOf(parcel!.packageId)).toMatchObject({ status: "EXPIRED" });
    expect(await stateOf(parcel!.packageId)).toBe("SHIPPED");
  });

  it("takes no more than its limit, asks for help with a backlog, and only lists in a dry run", async () => {
    await storeParcels("SHIPPED", 5);
    const dry = shipping.start({ dryRun: true });
    expect(await daily(dry.context)).toMatchObject({ wouldPoll: 5, first: { length: 5 } });
    expect(shipping.carriers.polled).toEqual([]);
    expect(await daily(shipping.start({ limit: 2 }).context)).toMatchObject({ polled: 2 });
    const gateways = {
      ...shipping.outside.gateways({ trackingBatchSize: 2, trackingHelpers: 3 }),
      carriers: shipping.carriers,
    };
    const run = startTaskRun(shipping.db, gateways, { clock: shipping.clock });
    expect(await daily(run.context)).toMatchObject({ polled: 3 });
    expect(run.helpers).toEqual([1]);
  });
});

describe("the parcel of a transfer", () => {
  it("takes the transfer along, and its package into the store's hands when it arrives", async () => {
    const [stored] = await storePackages(shipping.db, [{ state: "WAITING_FOR_TRANSFER" }]);
    await shipping.db.reservation.deleteMany({ where: { packageItemId: stored!.packageItemId } });
    await shipping.db.$executeRaw`INSERT INTO stock_location (erp_code, name) VALUES ('B', 'B') ON CONFLICT DO NOTHING`;
    await shipping.db.$executeRaw(Prisma.sql`
      WITH transfer AS (
        INSERT INTO transfer_order (number, package_id, order_id, source_id, destination_id, state, created_at)
        SELECT 'T1', package.id, order_id, source.id, location_id, 'READY_TO_SHIPMENT', created_at
        FROM package, stock_location source WHERE package.id = ${stored!.packageId} AND source.erp_code = 'B'
        RETURNING id
      ), item AS (
        INSERT INTO transfer_item (transfer_order_id, package_item_id, quantity, state)
        SELECT id, ${stored!.packageItemId}, 1, 'READY_TO_SHIPMENT' FROM transfer
      )
      INSERT INTO shipment (transfer_order_id, carrier_code, tracking_number, next_poll_at)
      SELECT id, 'correios', 'TT', ${shipping.clock.now()} FROM transfer`);
    const transferState = async () =>
      (await shipping.db.transferOrder.findFirstOrThrow({ where: { number: "T1" } })).state;
    shipping.carriers.say("TT", [PACKED_AT, "SHIPPING"]);
    expect(await daily(shipping.start().context)).toMatchObject({ polled: 0 });
    expect(await transfers(shipping.start().context)).toMatchObject({ polled: 1, moved: 1 });
    expect(await transferState()).toBe("IN_TRANSIT");
    hour(1);
    shipping.carriers.say("TT", ["2026-11-20T13:30:00Z", "DELIVERED"]);
    expect(await transfers(shipping.start().context)).toMatchObject({ moved: 1 });
    expect([await transferState(), await stateOf(stored!.packageId)]).toEqual(["TRANSFERRED", "WAITING"]);
  });
});

describe("shipping by itself", () => {
  it("ships what the carrier has, catches up with the parcel, and leaves the rest", async () => {
    const [created, moving, delivered, deleted] = await storeParcels("PACKED", 4);
    for (const [parcel, status] of [
      [moving, "SHIPPING"],
      [delivered, "DELIVERED"],
      [deleted, "DELETED"],
    ] as const)
      await shipping.db.shipment.updateMany({ where: { packageId: parcel!.packageId }, data: { status } });
    expect(await autoShip(shipping.start({ dryRun: true }).context)).toMatchObject({ wouldShip: 2, withoutParcel: 1 });
    const run = shipping.start();
    expect(await autoShip(run.context)).toEqual({ shipped: 2, furtherOn: 1, refused: 0, withoutParcel: 1 });
    expect(run.problems).toMatchObject([{ error: expect.stringContaining("its parcel was deleted") }]);
    const states = await Promise.all([created, moving, delivered, deleted].map((one) => stateOf(one!.packageId)));
    expect(states).toEqual(["PACKED", "SHIPPED", "DELIVERED", "PACKED"]);
    expect(await autoShip(shipping.start().context)).toMatchObject({ shipped: 0 });
    expect(await findBrokenInvariants(shipping.db)).toEqual([]);
  });

  it("and tracking at the same time never leave a package behind its parcel", async () => {
    const parcels = await storeParcels("PACKED", 30);
    for (const { number } of parcels) shipping.carriers.say(number, ["2026-11-20T12:30:00Z", "SHIPPING"]);
    await daily(shipping.start().context);
    hour(2);
    for (const { number } of parcels) shipping.carriers.say(number, ["2026-11-20T14:30:00Z", "DELIVERED"]);
    await Promise.all([
      autoShip(shipping.start().context),
      sevenDays(shipping.start().context),
      autoShip(shipping.start().context),
    ]);
    await autoShip(shipping.start().context);
    const states = await Promise.all(parcels.map(({ packageId }) => stateOf(packageId)));
    expect(new Set(states)).toEqual(new Set(["DELIVERED"]));
  });
});
