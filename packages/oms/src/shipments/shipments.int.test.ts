import { type ManualClock, manualClock } from "@drumline/core/clock";
import { Prisma } from "@drumline/db";
import { Unavailable } from "@drumline/outbound/http";
import { startTaskRun, type TaskRun, type TaskRunOptions, testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { playCarriers, type PlayedCarriers } from "../../test/carriers.ts";
import { type Outside, startOutside } from "../../test/local-omnitron.ts";
import { storePackages } from "../../test/stored-packages.ts";
import type { OmsGateways } from "../gateways/create-gateways.ts";
import { findBrokenInvariants } from "../invariants.sql.ts";
import type { OmsSettings } from "../settings.ts";
import type { PackageState } from "../states/index.ts";
import { omsHandlers } from "../tasks.ts";

const daily = omsHandlers["oms.shipments.tasks.update_all_tracking_information"];
const sevenDays = omsHandlers["oms.shipments.tasks.update_all_seven_days_tracking_information"];
const transfers = omsHandlers["oms.shipments.tasks.update_all_transfer_order_tracking_information"];
const autoShip = omsHandlers["oms.shipments.tasks.auto_run_ship_the_package_command"];

const SITE = { system: "Carrier correios", method: "GET", url: "http://c/" };
const PACKED_AT = "2026-11-20T12:00:00Z";

let store: TestDatabase;
let outside: Outside;
let carriers: PlayedCarriers;
let clock: ManualClock;

beforeAll(async () => {
  [store, outside] = await Promise.all([testDatabase(), startOutside()]);
});
afterAll(async () => {
  await Promise.all([store.close(), outside.close()]);
});
beforeEach(async () => {
  carriers = playCarriers();
  clock = manualClock(new Date("2026-11-20T13:00:00Z"));
  await store.db.$executeRaw`DELETE FROM tracking_event`;
  await store.db.$executeRaw`DELETE FROM shipment`;
});

const begin = (options: TaskRunOptions<object> = {}): TaskRun<object, OmsGateways<OmsSettings>> =>
  startTaskRun(store.db, { ...outside.gateways(), carriers }, { clock, ...options });

/** Packages in that state, each with a parcel announced an hour ago. */
async function storeParcels(state: PackageState, count: number, { announced = true, createdAt = PACKED_AT } = {}) {
  const packages = await storePackages(
    store.db,
    Array.from({ length: count }, () => ({ state })),
  );
  await store.db.$executeRaw(Prisma.sql`
    INSERT INTO shipment (package_id, carrier_code, tracking_number, next_poll_at, created_at, updated_at)
    SELECT id, 'correios', CASE WHEN ${announced} THEN 'T' || id END, ${new Date(createdAt)}::timestamptz,
      ${new Date(createdAt)}::timestamptz, ${new Date(createdAt)}::timestamptz
    FROM unnest(${packages.map(({ packageId }) => packageId)}::bigint[]) id`);
  return packages.map(({ packageId, orderId }) => ({ packageId, orderId, number: `T${packageId}` }));
}

const stateOf = async (id: bigint) => (await store.db.package.findUniqueOrThrow({ where: { id } })).state;
const parcelOf = (packageId: bigint) => store.db.shipment.findFirstOrThrow({ where: { packageId } });
const hour = (count: number) => clock.advance(count * 3_600_000);

describe("tracking", () => {
  it("announces a packed parcel once, and tells whoever prints labels", async () => {
    const [parcel] = await storeParcels("PACKED", 1, { announced: false });
    expect(await daily(begin().context)).toMatchObject({ polled: 1, announced: 1, failed: 0 });
    const shipment = await parcelOf(parcel!.packageId);
    const shipmentId = `shipment-${shipment.id}`;
    expect(shipment).toMatchObject({
      trackingNumber: `T-${shipmentId}`,
      awbNumber: `A-${shipmentId}`,
      status: "CREATED",
    });
    hour(1);
    expect(await daily(begin().context)).toMatchObject({ polled: 1, announced: 0 });
    expect([carriers.announced, carriers.polled]).toEqual([[shipmentId], [`T-${shipmentId}`]]);
    expect(
      await store.db.eventQueue.count({ where: { eventType: "package.shipment.awb_number", entityId: shipment.id } }),
    ).toBe(1);
  });

  it("moves parcel, package and order on, and writes each event once however often it is told", async () => {
    const [parcel] = await storeParcels("SHIPPED", 1);
    carriers.say(parcel!.number, [PACKED_AT, "CREATED"], ["2026-11-20T12:30:00Z", "SHIPPING"]);
    expect(await daily(begin().context)).toMatchObject({ polled: 1, moved: 1, events: 2 });
    hour(1);
    carriers.say(parcel!.number, ["2026-11-20T13:30:00Z", "ATTEMPTED_DELIVERY"]);
    expect(await sevenDays(begin().context)).toMatchObject({ moved: 1, events: 1 });
    expect(await stateOf(parcel!.packageId)).toBe("ATTEMPTED_DELIVERY");
    hour(1);
    carriers.say(parcel!.number, ["2026-11-20T14:30:00Z", "DELIVERED"]);
    expect(await daily(begin().context)).toMatchObject({ moved: 1, events: 1 });
    expect(await stateOf(parcel!.packageId)).toBe("DELIVERED");
    expect((await store.db.order.findUniqueOrThrow({ where: { id: parcel!.orderId } })).state).toBe("DELIVERED");
    expect(await parcelOf(parcel!.packageId)).toMatchObject({
      status: "DELIVERED",
      shippedAt: new Date("2026-11-20T12:30:00Z"),
      deliveredAt: new Date("2026-11-20T14:30:00Z"),
    });
    hour(48);
    expect(await daily(begin().context)).toMatchObject({ polled: 0 });
    expect(await findBrokenInvariants(store.db)).toEqual([]);
  });

  it("asks about no parcel twice within the hour, whichever task asks, even both at once", async () => {
    const parcels = await storeParcels("SHIPPED", 40);
    await Promise.all([daily(begin().context), sevenDays(begin().context), daily(begin().context)]);
    await sevenDays(begin().context);
    expect(carriers.polled.toSorted()).toEqual(parcels.map(({ number }) => number).toSorted());
    clock.advance(3_599_000);
    expect(await daily(begin().context)).toMatchObject({ polled: 0 });
    clock.advance(1_000);
    expect(await daily(begin().context)).toMatchObject({ polled: 40 });
  });

  it("of seven days leaves older parcels to the daily task", async () => {
    await storeParcels("SHIPPED", 1, { createdAt: "2026-11-13T12:59:59Z" });
    await storeParcels("SHIPPED", 1, { createdAt: "2026-11-13T13:00:00Z" });
    expect(await sevenDays(begin().context)).toMatchObject({ polled: 1 });
    expect(await daily(begin().context)).toMatchObject({ polled: 1 });
  });

  it("keeps a failure with its parcel, changes nothing else, and goes on with the others", async () => {
    const [bad, good] = await storeParcels("SHIPPED", 2);
    carriers.say(bad!.number, [PACKED_AT, "DELIVERED"]);
    carriers.fail(bad!.number, new Unavailable(SITE, "answered 500."));
    carriers.say(good!.number, [PACKED_AT, "DELIVERED"]);
    const run = begin();
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
    carriers.fail(bad!.number, null);
    hour(1);
    await daily(begin().context);
    expect(await parcelOf(bad!.packageId)).toMatchObject({ status: "DELIVERED", pollFailures: 0, pollError: null });
  });

  it("leaves the parcels of a carrier that is down as they are, and free for the next run", async () => {
    const parcels = await storeParcels("SHIPPED", 3);
    for (const { number } of parcels)
      carriers.fail(number, new Unavailable(SITE, "was not tried.", { retriable: false }));
    const run = begin();
    expect(await daily(run.context)).toMatchObject({ polled: 0, unasked: 3 });
    expect(run.problems).toEqual([{ recordId: "carrier correios", error: expect.stringContaining("was not tried") }]);
    for (const { packageId } of parcels)
      expect(await parcelOf(packageId)).toMatchObject({ pollFailures: 0, pollError: null, claimedBy: null });
    for (const { number } of parcels) carriers.fail(number, null);
    expect(await daily(begin().context)).toMatchObject({ polled: 3 });
  });

  it("gives a parcel up after thirty days of silence", async () => {
    const [parcel] = await storeParcels("SHIPPED", 1);
    carriers.say(parcel!.number, ["2026-11-20T12:30:00Z", "SHIPPING"]);
    await daily(begin().context);
    clock.set(new Date("2026-12-20T12:30:00Z"));
    expect(await daily(begin().context)).toMatchObject({ moved: 0, expired: 1 });
    expect(await parcelOf(parcel!.packageId)).toMatchObject({ status: "EXPIRED" });
    expect(await stateOf(parcel!.packageId)).toBe("SHIPPED");
  });

  it("takes no more than its limit, asks for help with a backlog, and only lists in a dry run", async () => {
    await storeParcels("SHIPPED", 5);
    const dry = begin({ dryRun: true });
    expect(await daily(dry.context)).toMatchObject({ wouldPoll: 5, first: { length: 5 } });
    expect(carriers.polled).toEqual([]);
    expect(await daily(begin({ limit: 2 }).context)).toMatchObject({ polled: 2 });
    const gateways = { ...outside.gateways({ trackingBatchSize: 2, trackingHelpers: 3 }), carriers };
    const run = startTaskRun(store.db, gateways, { clock });
    expect(await daily(run.context)).toMatchObject({ polled: 3 });
    expect(run.helpers).toEqual([1]);
  });
});

describe("the parcel of a transfer", () => {
  it("takes the transfer along, and its package into the store's hands when it arrives", async () => {
    const [stored] = await storePackages(store.db, [{ state: "WAITING_FOR_TRANSFER" }]);
    await store.db.reservation.deleteMany({ where: { packageItemId: stored!.packageItemId } });
    await store.db.$executeRaw`INSERT INTO stock_location (erp_code, name) VALUES ('B', 'B') ON CONFLICT DO NOTHING`;
    await store.db.$executeRaw(Prisma.sql`
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
      SELECT id, 'correios', 'TT', ${clock.now()} FROM transfer`);
    const transferState = async () =>
      (await store.db.transferOrder.findFirstOrThrow({ where: { number: "T1" } })).state;
    carriers.say("TT", [PACKED_AT, "SHIPPING"]);
    expect(await daily(begin().context)).toMatchObject({ polled: 0 });
    expect(await transfers(begin().context)).toMatchObject({ polled: 1, moved: 1 });
    expect(await transferState()).toBe("IN_TRANSIT");
    hour(1);
    carriers.say("TT", ["2026-11-20T13:30:00Z", "DELIVERED"]);
    expect(await transfers(begin().context)).toMatchObject({ moved: 1 });
    expect([await transferState(), await stateOf(stored!.packageId)]).toEqual(["TRANSFERRED", "WAITING"]);
  });
});

describe("shipping by itself", () => {
  it("ships what the carrier has, catches up with the parcel, and leaves the rest", async () => {
    const [created, shipping, delivered, deleted] = await storeParcels("PACKED", 4);
    for (const [parcel, status] of [
      [shipping, "SHIPPING"],
      [delivered, "DELIVERED"],
      [deleted, "DELETED"],
    ] as const)
      await store.db.shipment.updateMany({ where: { packageId: parcel!.packageId }, data: { status } });
    expect(await autoShip(begin({ dryRun: true }).context)).toMatchObject({ wouldShip: 2, withoutParcel: 1 });
    const run = begin();
    expect(await autoShip(run.context)).toEqual({ shipped: 2, furtherOn: 1, refused: 0, withoutParcel: 1 });
    expect(run.problems).toMatchObject([{ error: expect.stringContaining("its parcel was deleted") }]);
    const states = await Promise.all([created, shipping, delivered, deleted].map((one) => stateOf(one!.packageId)));
    expect(states).toEqual(["PACKED", "SHIPPED", "DELIVERED", "PACKED"]);
    expect(await autoShip(begin().context)).toMatchObject({ shipped: 0 });
    expect(await findBrokenInvariants(store.db)).toEqual([]);
  });

  it("and tracking at the same time never leave a package behind its parcel", async () => {
    const parcels = await storeParcels("PACKED", 30);
    for (const { number } of parcels) carriers.say(number, ["2026-11-20T12:30:00Z", "SHIPPING"]);
    await daily(begin().context);
    hour(2);
    for (const { number } of parcels) carriers.say(number, ["2026-11-20T14:30:00Z", "DELIVERED"]);
    await Promise.all([autoShip(begin().context), sevenDays(begin().context), autoShip(begin().context)]);
    await autoShip(begin().context);
    const states = await Promise.all(parcels.map(({ packageId }) => stateOf(packageId)));
    expect(new Set(states)).toEqual(new Set(["DELIVERED"]));
  });
});
