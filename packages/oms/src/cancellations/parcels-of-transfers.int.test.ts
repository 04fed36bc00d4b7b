import { HOUR_MS, manualClock } from "@drumline/core/clock";
import { Prisma } from "@drumline/db";
import { startTaskRun, type TestDatabase, testDatabase } from "@drumline/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { playCarriers, type PlayedCarriers } from "../../test/carriers.ts";
import { type Outside, rawCancellation, startOutside } from "../../test/local-omnitron.ts";
import { storeCommands } from "../../test/store-commands.ts";
import { AT, storePackages, storeTransfer, type StoredPackage } from "../../test/stored-packages.ts";
import { findBrokenInvariants } from "../invariants.sql.ts";
import { omsHandlers } from "../tasks.ts";
import { importCancellationPlans } from "./import-cancellation-plans.ts";
import { processCancellationPlans, rerunPlansForCancellationWaitingPackages } from "./process-plans.ts";

const track = omsHandlers["oms.shipments.tasks.update_all_transfer_order_tracking_information"];

let store: TestDatabase;
let outside: Outside;
let carriers: PlayedCarriers;
const clock = manualClock(AT);
beforeAll(async () => void (outside = await startOutside()));
afterAll(() => outside.close());
beforeEach(async () => {
  store = await testDatabase();
  carriers = playCarriers();
  outside.cancellations.length = 0;
  clock.set(AT);
});
afterEach(async () => {
  expect(await findBrokenInvariants(store.db)).toEqual([]);
  await store.close();
});

const context = () => startTaskRun(store.db, { ...outside.gateways(), carriers }, { clock }).context;
const cancel = async ({ orderNumber, orderPk }: StoredPackage, units: number) => {
  outside.cancellations.push(
    rawCancellation(1, orderNumber, [[Number(orderPk), units]], { modified_date: AT.toISOString() }),
  );
  await importCancellationPlans(context());
  return await processCancellationPlans(context());
};
const rerun = () => rerunPlansForCancellationWaitingPackages(context());
const runTransfer = (name: string, id: bigint, args?: object) =>
  storeCommands(store.db, clock).onTransfer(id, name, args);
/** A package of three units, of which two are fetched from B; the parcel's label is printed. */
async function storeFetched(): Promise<StoredPackage & { readonly transferId: bigint }> {
  const [stored] = await storePackages(store.db, [{ quantity: 3 }]);
  const transferId = await storeTransfer(store.db, stored!, "B");
  await store.db.transferItem.updateMany({ where: { transferOrderId: transferId }, data: { quantity: 2 } });
  await store.db.reservation.updateMany({ where: { type: "TRANSFER" }, data: { quantity: 2 } });
  await store.db.$executeRaw(Prisma.sql`
    INSERT INTO reservation (type, location_id, product_id, quantity, package_item_id)
    SELECT 'ORDER', location_id, product_id, 1, package_item.id FROM package_item
    JOIN package ON package.id = package_id JOIN order_item ON order_item.id = order_item_id
    WHERE package_item.id = ${stored!.packageItemId}`);
  await runTransfer("TRANSFER_READY_TO_SHIPMENT", transferId, { carrier: "dhl", tracking_number: "TT" });
  return { ...stored!, transferId };
}
const states = async ({ packageId, transferId }: { packageId: bigint; transferId: bigint }) => [
  (await store.db.package.findUniqueOrThrow({ where: { id: packageId } })).state,
  (await store.db.transferOrder.findUniqueOrThrow({ where: { id: transferId } })).state,
  (await store.db.shipment.findFirstOrThrow({ where: { transferOrderId: transferId } })).status,
];
const onHand = async (erpCode: string) =>
  (await store.db.stock.findFirstOrThrow({ where: { location: { erpCode } } })).onHand;

describe("a transfer whose parcel a carrier knows", () => {
  it("goes on when units that its destination has are cancelled", async () => {
    const stored = await storeFetched();
    expect(await cancel(stored, 1)).toMatchObject({ completed: 1, unitsCancelled: 1 });
    expect(await states(stored)).toEqual(["WAITING_FOR_TRANSFER", "READY_TO_SHIPMENT", "CREATED"]);
    expect(carriers.calledBack).toEqual([]);
    carriers.say("TT", [AT.toISOString(), "DELIVERED"]);
    await track(context());
    expect(await states(stored)).toEqual(["WAITING", "TRANSFERRED", "DELIVERED"]);
  });

  it.each([
    [3, "CANCELLED", "CANCELLED"],
    [2, "NEEDS_REPLAN", "CANCELLED"],
  ] as const)("is called back before %s units are cancelled", async (units, state, transferState) => {
    const stored = await storeFetched();
    expect(await cancel(stored, units)).toMatchObject({ waiting: 1 });
    expect(await states(stored)).toEqual(["CANCELLATION_WAITING", "READY_TO_SHIPMENT", "CREATED"]);
    expect(await rerun()).toMatchObject({ waiting: 1 });
    carriers.say("TT", [AT.toISOString(), "DELETED"]);
    clock.advance(HOUR_MS);
    expect(await rerun()).toMatchObject({ completed: 1, unitsCancelled: units });
    expect(carriers.calledBack).toEqual(["TT", "TT"]);
    expect(await states(stored)).toEqual([state, transferState, "DELETED"]);
  });

  it("is waited for when its carrier has it, and its goods are counted where they arrive", async () => {
    const stored = await storeFetched();
    const [a, b] = [await onHand("A"), await onHand("B")];
    await cancel(stored, 3);
    carriers.say("TT", [AT.toISOString(), "SHIPPING"]);
    expect(await rerun()).toMatchObject({ waiting: 1 });
    await track(context());
    expect(await states(stored)).toEqual(["CANCELLATION_WAITING", "IN_TRANSIT", "SHIPPING"]);
    clock.advance(HOUR_MS);
    carriers.say("TT", [clock.now().toISOString(), "DELIVERED"]);
    await track(context());
    expect(await rerun()).toMatchObject({ completed: 1, unitsCancelled: 3 });
    expect(await states(stored)).toEqual(["CANCELLED", "TRANSFERRED", "DELIVERED"]);
    expect([await onHand("A"), await onHand("B")]).toEqual([a + 2, b - 2]);
  });

  it("is called back after a person has cancelled it, and a carrier that has it already is a problem", async () => {
    const [given, kept] = [await storeFetched(), await storeFetched()];
    await store.db.shipment.updateMany({
      where: { transferOrderId: kept.transferId },
      data: { trackingNumber: "TT-kept" },
    });
    for (const { transferId } of [given, kept]) await runTransfer("TRANSFER_CANCEL", transferId);
    expect(await states(given)).toEqual(["NEEDS_REPLAN", "CANCELLED", "CREATED"]);
    carriers.say("TT", [AT.toISOString(), "DELETED"]);
    carriers.say("TT-kept", [AT.toISOString(), "SHIPPING"]);
    expect(await track(context())).toMatchObject({ polled: 2, moved: 2 });
    expect(carriers.calledBack.toSorted()).toEqual(["TT", "TT-kept"]);
    expect([await states(given), await states(kept)]).toEqual([
      ["NEEDS_REPLAN", "CANCELLED", "DELETED"],
      ["NEEDS_REPLAN", "CANCELLED", "SHIPPING"],
    ]);
    expect(await store.db.problem.findMany({ where: { closedAt: null } })).toMatchObject([
      { kind: "PARCEL_NOT_GIVEN_BACK", subjectKey: "dhl TT-kept" },
    ]);
  });

  it("takes its parcel along when no carrier has been told of it yet", async () => {
    const stored = await storeFetched();
    await store.db.shipment.updateMany({ data: { trackingNumber: null } });
    await runTransfer("TRANSFER_CANCEL", stored.transferId);
    expect(await states(stored)).toEqual(["NEEDS_REPLAN", "CANCELLED", "DELETED"]);
    expect(await track(context())).toMatchObject({ polled: 0 });
  });
});
