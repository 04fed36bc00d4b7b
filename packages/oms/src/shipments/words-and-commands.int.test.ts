import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { openShipping, type ShippingUnderTest } from "../../test/shipping-under-test.ts";
import { storeCommands } from "../../test/store-commands.ts";
import { storePackages, type StoredPackage, storeTransfer } from "../../test/stored-packages.ts";
import type { CarrierStatus } from "@drumline/outbound/carriers";
import { findBrokenInvariants } from "../invariants.sql.ts";
import { omsHandlers } from "../tasks.ts";

const track = omsHandlers["oms.shipments.tasks.update_all_tracking_information"];
const trackTransfers = omsHandlers["oms.shipments.tasks.update_all_transfer_order_tracking_information"];
const autoShip = omsHandlers["oms.shipments.tasks.auto_run_ship_the_package_command"];

let shipping: ShippingUnderTest;
beforeAll(async () => void (shipping = await openShipping()));
afterAll(() => shipping.close());
beforeEach(() => shipping.clear());

const context = () => shipping.start().context;
const run = (name: string, { packageId }: StoredPackage, args?: object) =>
  storeCommands(shipping.db, shipping.clock).onPackage(packageId, name, args);
const runTransfer = (name: string, id: bigint, args?: object) =>
  storeCommands(shipping.db, shipping.clock).onTransfer(id, name, args);
const packed = async (trackingNumber: string): Promise<StoredPackage> => {
  const [stored] = await storePackages(shipping.db, [{ state: "PREPARING" }]);
  await run("COMPLETE_PACKAGING", stored!, { carrier: "sb", tracking_number: trackingNumber });
  return stored!;
};
const says = (number: string, status: CarrierStatus) => {
  shipping.clock.advance(3_600_000);
  shipping.carriers.say(number, [shipping.clock.now().toISOString(), status]);
};
const stateOf = async ({ packageId }: StoredPackage) =>
  (await shipping.db.package.findUniqueOrThrow({ where: { id: packageId } })).state;

describe("another parcel for a package", () => {
  const parcels = () =>
    shipping.db.shipment
      .findMany({ orderBy: { id: "asc" } })
      .then((rows) =>
        rows.map(
          ({ carrierCode, trackingNumber, status, packageId }) =>
            `${carrierCode} ${trackingNumber} ${status}${packageId === null ? " replaced" : ""}`,
        ),
      );
  /** Packed, and announced by ourselves. */
  const announced = async (carrier: string): Promise<StoredPackage> => {
    const [stored] = await storePackages(shipping.db, [{ state: "PREPARING" }]);
    await run("COMPLETE_PACKAGING", stored!, { carrier });
    await track(context());
    return stored!;
  };

  it("that comes while the carrier of the one before is asked is not taken for delivered by its answer", async () => {
    const stored = await packed("T1");
    await run("SHIP_THE_PACKAGE", stored);
    says("T1", "DELIVERED");
    const ask = shipping.carriers.track;
    shipping.carriers.track = async (...parcel) => {
      await run("UPDATE_SHIPMENT_INFO", stored, { tracking_number: "T2" });
      return await ask(...parcel);
    };
    await track(context());
    expect(await stateOf(stored)).toBe("SHIPPED");
  });

  it.each(["UPDATE_SHIPMENT_INFO", "SHIP_THE_PACKAGE"])(
    "by %s is the one that is tracked, and the one before is called back",
    async (command) => {
      const stored = await announced("sb");
      const { id } = await shipping.db.shipment.findFirstOrThrow();
      await run(command, stored, { carrier: "g", tracking_number: "G1" });
      expect(await parcels()).toEqual([`sb T-shipment-${id} CREATED replaced`, "g G1 CREATED"]);
      shipping.carriers.say(`T-shipment-${id}`, [shipping.clock.now().toISOString(), "DELETED"]);
      says("G1", "DELIVERED");
      if (command === "UPDATE_SHIPMENT_INFO") await run("SHIP_THE_PACKAGE", stored);
      await track(context());
      expect(shipping.carriers.calledBack).toEqual([`T-shipment-${id}`]);
      expect(await parcels()).toEqual([`sb T-shipment-${id} DELETED replaced`, "g G1 DELIVERED"]);
      expect(await stateOf(stored)).toBe("DELIVERED");
      expect(await findBrokenInvariants(shipping.db)).toEqual([]);
    },
  );

  it("leaves what its carrier has to go its way, without the package, and says so", async () => {
    const stored = await announced("sb");
    const { id } = await shipping.db.shipment.findFirstOrThrow();
    await run("UPDATE_SHIPMENT_INFO", stored, { carrier: "g", tracking_number: "G1" });
    says(`T-shipment-${id}`, "SHIPPING");
    await run("SHIP_THE_PACKAGE", stored);
    await track(context());
    expect(await stateOf(stored)).toBe("SHIPPED");
    expect(await shipping.db.problem.findFirst({ where: { kind: "PARCEL_NOT_GIVEN_BACK" } })).toMatchObject({
      subjectKey: `sb T-shipment-${id}`,
    });
  });

  it("is announced anew where the carrier has deleted the one there was, or nothing is heard of it", async () => {
    const stored = await announced("sb");
    for (const status of ["DELETED", "EXPIRED"] as const) {
      await shipping.db.shipment.updateMany({
        where: { packageId: stored.packageId, status: "CREATED" },
        data: { status },
      });
      await run("UPDATE_SHIPMENT_INFO", stored);
      await track(context());
      const [live] = await shipping.db.shipment.findMany({ where: { packageId: stored.packageId, status: "CREATED" } });
      expect(live).toMatchObject({ trackingNumber: `T-shipment-${live!.id}` });
    }
  });

  it("of a number that a store had mistyped takes its place, and nobody's parcel is called back", async () => {
    const stored = await packed("T1");
    await run("UPDATE_SHIPMENT_INFO", stored, { tracking_number: "T2", label_url: "https://labels.example/2.pdf" });
    expect(await parcels()).toEqual(["sb T1 DELETED replaced", "sb T2 CREATED"]);
    await track(context());
    expect([shipping.carriers.calledBack, shipping.carriers.polled]).toEqual([[], ["T2"]]);
  });

  it("is none where only more is told of the one there is", async () => {
    const stored = await packed("T1");
    const { version } = await run("UPDATE_SHIPMENT_INFO", stored, { tracking_number: "T1", awb_number: "A1" });
    expect(version).toBe(3);
    expect(await shipping.db.shipment.findMany()).toMatchObject([{ trackingNumber: "T1", awbNumber: "A1" }]);
  });
});

describe("the store's command and the carrier's word", () => {
  it.each([
    ["SHIPPING", "SHIPPED"],
    ["READY_FOR_PICKUP", "READY_FOR_PICKUP"],
    ["ATTEMPTED_DELIVERY", "ATTEMPTED_DELIVERY"],
    ["DELIVERY_FAILED", "DELIVERY_FAILED"],
    ["DELIVERED", "DELIVERED"],
  ] as const)("that a parcel is %s make the package %s, whichever comes first", async (word, state) => {
    const [wordFirst, commandFirst] = [await packed(`W-${word}`), await packed(`C-${word}`)];
    says(`W-${word}`, word);
    await track(context());
    expect(await stateOf(wordFirst)).toBe("PACKED");
    await run("SHIP_THE_PACKAGE", wordFirst);
    await run("SHIP_THE_PACKAGE", commandFirst);
    says(`C-${word}`, word);
    await track(context());
    expect([await stateOf(wordFirst), await stateOf(commandFirst)]).toEqual([state, state]);
    const orders = await shipping.db.order.findMany({
      where: { id: { in: [wordFirst.orderId, commandFirst.orderId] } },
      select: { state: true },
    });
    expect(orders[0]).toEqual(orders[1]);
    expect(await findBrokenInvariants(shipping.db)).toEqual([]);
  });

  it("leave the package where its parcel is when the store says less than the carrier did", async () => {
    const stored = await packed("T1");
    says("T1", "DELIVERED");
    await track(context());
    expect(await autoShip(context())).toMatchObject({ shipped: 1, furtherOn: 1 });
    expect(await stateOf(stored)).toBe("DELIVERED");
    const log = await shipping.db.stateTransitionLog.findMany({
      where: {
        entityType: "package",
        entityId: stored.packageId,
        command: { in: ["SHIP_THE_PACKAGE", "UPDATE_SHIPMENT_STATUS"] },
      },
      orderBy: { id: "asc" },
    });
    expect(log.map(({ newState }) => newState)).toEqual(["SHIPPED", "DELIVERED"]);
  });

  it("take a transfer to its destination, whichever comes first", async () => {
    const [stored] = await storePackages(shipping.db, [{ quantity: 2 }]);
    const id = await storeTransfer(shipping.db, stored!, "B");
    await runTransfer("TRANSFER_READY_TO_SHIPMENT", id, { carrier: "sb", tracking_number: "TT" });
    await runTransfer("TRANSFER_IN_TRANSIT", id);
    says("TT", "DELIVERED");
    await trackTransfers(context());
    expect([
      await stateOf(stored!),
      (await shipping.db.transferOrder.findUniqueOrThrow({ where: { id } })).state,
    ]).toEqual(["WAITING", "TRANSFERRED"]);
    expect(await findBrokenInvariants(shipping.db)).toEqual([]);
  });

  it("differ where goods arrive that nobody has sent: the store's word is refused, the carrier's takes both steps", async () => {
    const [stored] = await storePackages(shipping.db, [{ quantity: 2 }]);
    const id = await storeTransfer(shipping.db, stored!, "B");
    await runTransfer("TRANSFER_READY_TO_SHIPMENT", id, { carrier: "sb", tracking_number: "TU" });
    await expect(runTransfer("TRANSFER_TRANSFERRED", id)).rejects.toThrow(
      "is READY_TO_SHIPMENT; TRANSFER_TRANSFERRED runs from IN_TRANSIT",
    );
    says("TU", "DELIVERED");
    await trackTransfers(context());
    const log = await shipping.db.stateTransitionLog.findMany({
      where: { entityType: "transfer_order", entityId: id },
      orderBy: { id: "asc" },
    });
    expect(log.map(({ newState }) => newState).slice(-2)).toEqual(["IN_TRANSIT", "TRANSFERRED"]);
    expect(await findBrokenInvariants(shipping.db)).toEqual([]);
  });
});
