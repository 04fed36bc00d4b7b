import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { findBrokenInvariants } from "../src/invariants.sql.ts";
import { rawLocation } from "./local-omnitron.ts";
import { type OmsUnderTest, openOms } from "./oms-under-test.ts";
import { storePackages, storeStock, storeTransfer } from "./stored-packages.ts";

let oms: OmsUnderTest;
beforeEach(async () => {
  oms = await openOms();
  await oms.pull();
});
afterEach(async () => {
  expect(await findBrokenInvariants(oms.db)).toEqual([]);
  await oms.close();
});

/** Omnitron says this of a location from now on, and is asked. */
async function change(erpCode: string, overrides: object) {
  const index = oms.outside.locations.findIndex((location) => location["erp_code"] === erpCode);
  oms.outside.locations[index] = rawLocation(index + 1, erpCode, { ...overrides });
  return await oms.pull();
}
const close = (erpCode: string) => change(erpCode, { is_active: false });
const stockIs = async (places: Record<string, number>) => {
  oms.outside.stock["sku"] = places;
  await storeStock(oms.db, { sku: places });
};
const retryOutOfStock = () => oms.run("oms.fulfilment.tasks.retry_out_of_stock_packages");
const retryTransfers = () => oms.run("oms.fulfilment.tasks.retry_out_of_stock_transfers");
const transfers = async () =>
  (await oms.db.transferOrder.findMany({ include: { source: true }, orderBy: { id: "asc" } })).map(
    ({ state, source }) => `${source.erpCode} ${state}`,
  );

describe("a package whose location is closed", () => {
  it.each([
    ["closed", { is_active: false }],
    ["a fulfilment centre no more", { is_fulfillment_center: false }],
  ])("is UNAVAILABLE when that is %s, which task 3 plans elsewhere and task 4 does not", async (_, overrides) => {
    await stockIs({ A: 5, B: 5 });
    await storePackages(oms.db, [{ state: "WAITING" }, { state: "WAITING_REMOTE_ACTION" }]);
    expect(await change("A", overrides)).toMatchObject({ unavailable: { packages: 2, transfers: 0 } });
    expect(await oms.packages()).toEqual(["R1P1@A UNAVAILABLE sku×1", "R2P1@A UNAVAILABLE sku×1"]);
    expect(await oms.db.reservation.count({ where: { status: "ACTIVE" } })).toBe(0);
    const [told] = await oms.db.eventQueue.findMany({ where: { eventType: "package.status.transitioned" } });
    expect(told!.payload).toMatchObject({
      command: "LOCATION_CLOSED",
      old_state: "WAITING",
      state: "UNAVAILABLE",
      attributes: { reason: "location A is closed" },
    });

    expect(await retryOutOfStock()).toMatchObject({ due: 0 });
    expect(await oms.replan()).toMatchObject({ due: 2, replanned: 2 });
    expect(await oms.packages()).toEqual(["R1P2@B WAITING sku×1", "R2P2@B WAITING sku×1"]);
    expect(await oms.pull()).toMatchObject({ unavailable: { packages: 0, transfers: 0 } });
  });

  it("comes back to it once it is open again, since it did not fail there", async () => {
    await stockIs({ A: 5 });
    await storePackages(oms.db, [{ state: "WAITING" }]);
    await close("A");
    await change("A", { is_active: true });
    await oms.replan();
    expect(await oms.packages()).toEqual(["R1P2@A WAITING sku×1"]);
  });

  it("stays where somebody works on it or has blocked it, until it would wait there again", async () => {
    await stockIs({ A: 5, B: 5 });
    await storePackages(oms.db, [
      { state: "PREPARING" },
      { state: "READY_FOR_PACKAGING" },
      { state: "PACKED" },
      { state: "BLOCKED", stateBefore: "WAITING" },
    ]);
    expect(await close("A")).toMatchObject({ unavailable: { packages: 0 } });
    await oms.command("R4P1", "UNBLOCK_THE_PACKAGE");
    expect(await oms.pull()).toMatchObject({ unavailable: { packages: 1 } });
    expect(await oms.packages()).toEqual([
      "R1P1@A PREPARING sku×1",
      "R2P1@A READY_FOR_PACKAGING sku×1",
      "R3P1@A PACKED sku×1",
      "R4P1@A UNAVAILABLE sku×1",
    ]);
  });

  it("is counted in a dry run, and left where it is", async () => {
    await storePackages(oms.db, [{ state: "WAITING" }]);
    await oms.db.stockLocation.updateMany({ where: { erpCode: "A" }, data: { isActive: false } });
    expect(await oms.pull({ dryRun: true })).toMatchObject({ unavailable: { packages: 1, transfers: 0 } });
    expect(await oms.packages()).toEqual(["R1P1@A WAITING sku×1"]);
  });
});

describe("a transfer", () => {
  it("from a source that is closed is fetched from another one, and nothing is said of the goods there", async () => {
    await stockIs({ A: 0, B: 9, central: 9 });
    const [stored] = await storePackages(oms.db, [{ quantity: 2 }]);
    await storeTransfer(oms.db, stored!, "B");
    expect(await close("B")).toMatchObject({ unavailable: { packages: 0, transfers: 1 } });
    expect(await transfers()).toEqual(["B OUT_OF_STOCK"]);
    expect(await oms.db.reservation.count({ where: { type: "INVENTORY_DISCREPANCY" } })).toBe(0);
    expect(await retryTransfers()).toMatchObject({ due: 1, replaced: 1 });
    expect(await transfers()).toEqual(["B CANCELLED", "central WAITING"]);
  });

  it("to a destination that is closed is called off with its package before its goods are ready", async () => {
    await stockIs({ A: 0, B: 9 });
    const [stored] = await storePackages(oms.db, [{ quantity: 2 }]);
    await storeTransfer(oms.db, stored!, "B");
    expect(await close("A")).toMatchObject({ unavailable: { packages: 1, transfers: 0 } });
    expect([await transfers(), await oms.packages()]).toEqual([["B CANCELLED"], ["R1P1@A UNAVAILABLE sku×2"]]);
    await oms.replan();
    expect(await oms.packages()).toEqual(["R1P2@B WAITING sku×2"]);
  });

  it("to a destination that is closed arrives when its goods were on the road, and its package leaves then", async () => {
    await stockIs({ A: 0, B: 9 });
    const [stored] = await storePackages(oms.db, [{ quantity: 2 }]);
    const id = await storeTransfer(oms.db, stored!, "B");
    await oms.transferCommand(id, "TRANSFER_READY_TO_SHIPMENT");
    expect(await close("A")).toMatchObject({ unavailable: { packages: 0, transfers: 0 } });
    await oms.transferCommand(id, "TRANSFER_IN_TRANSIT");
    await oms.transferCommand(id, "TRANSFER_TRANSFERRED");
    expect(await oms.pull()).toMatchObject({ unavailable: { packages: 1 } });
    expect([await transfers(), await oms.packages()]).toEqual([["B TRANSFERRED"], ["R1P1@A UNAVAILABLE sku×2"]]);
  });
});
