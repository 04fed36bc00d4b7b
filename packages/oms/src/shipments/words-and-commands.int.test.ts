import { type ManualClock, manualClock } from "@drumline/core/clock";
import { startTaskRun, testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { playCarriers, type PlayedCarriers } from "../../test/carriers.ts";
import { type Outside, startOutside } from "../../test/local-omnitron.ts";
import { storePackages, type StoredPackage, storeTransfer } from "../../test/stored-packages.ts";
import { packageCommands, runPackageCommand, runTransferCommand, transferCommands } from "../commands.ts";
import type { CarrierStatus } from "../gateways/carriers/port.ts";
import { findBrokenInvariants } from "../invariants.sql.ts";
import { omsHandlers } from "../tasks.ts";

const track = omsHandlers["oms.shipments.tasks.update_all_tracking_information"];
const trackTransfers = omsHandlers["oms.shipments.tasks.update_all_transfer_order_tracking_information"];
const autoShip = omsHandlers["oms.shipments.tasks.auto_run_ship_the_package_command"];

let store: TestDatabase;
let outside: Outside;
let carriers: PlayedCarriers;
let clock: ManualClock;
beforeAll(async () => void ([store, outside] = await Promise.all([testDatabase(), startOutside()])));
afterAll(async () => void (await Promise.all([store.close(), outside.close()])));
beforeEach(async () => {
  carriers = playCarriers();
  clock = manualClock(new Date("2026-11-20T13:00:00Z"));
  await store.db.$executeRaw`DELETE FROM tracking_event`;
  await store.db.$executeRaw`DELETE FROM shipment`;
});

const context = () => startTaskRun(store.db, { ...outside.gateways(), carriers }, { clock }).context;
const run = (name: string, { packageId }: StoredPackage, args: object = {}) => {
  const command = packageCommands.find((known) => known.name === name)!;
  const call = { id: String(packageId), command, args: command.args.parse(args), actor: "store" };
  return runPackageCommand(store.db, call, clock);
};
const runTransfer = (name: string, id: bigint, args: object = {}) => {
  const command = transferCommands.find((known) => known.name === name)!;
  const call = { id: String(id), command, args: command.args.parse(args), actor: "store" };
  return runTransferCommand(store.db, call, clock);
};
const packed = async (trackingNumber: string): Promise<StoredPackage> => {
  const [stored] = await storePackages(store.db, [{ state: "PREPARING" }]);
  await run("COMPLETE_PACKAGING", stored!, { carrier: "sb", tracking_number: trackingNumber });
  return stored!;
};
const says = (number: string, status: CarrierStatus) => {
  clock.advance(3_600_000);
  carriers.say(number, [clock.now().toISOString(), status]);
};
const stateOf = async ({ packageId }: StoredPackage) =>
  (await store.db.package.findUniqueOrThrow({ where: { id: packageId } })).state;

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
    const orders = await store.db.order.findMany({
      where: { id: { in: [wordFirst.orderId, commandFirst.orderId] } },
      select: { state: true },
    });
    expect(orders[0]).toEqual(orders[1]);
    expect(await findBrokenInvariants(store.db)).toEqual([]);
  });

  it("leave the package where its parcel is when the store says less than the carrier did", async () => {
    const stored = await packed("T1");
    says("T1", "DELIVERED");
    await track(context());
    expect(await autoShip(context())).toMatchObject({ shipped: 1, furtherOn: 1 });
    expect(await stateOf(stored)).toBe("DELIVERED");
    const log = await store.db.stateTransitionLog.findMany({
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
    const [stored] = await storePackages(store.db, [{ quantity: 2 }]);
    const id = await storeTransfer(store.db, stored!, "B");
    await runTransfer("TRANSFER_READY_TO_SHIPMENT", id, { carrier: "sb", tracking_number: "TT" });
    await runTransfer("TRANSFER_IN_TRANSIT", id);
    says("TT", "DELIVERED");
    await trackTransfers(context());
    expect([await stateOf(stored!), (await store.db.transferOrder.findUniqueOrThrow({ where: { id } })).state]).toEqual(
      ["WAITING", "TRANSFERRED"],
    );
    expect(await findBrokenInvariants(store.db)).toEqual([]);
  });
});
