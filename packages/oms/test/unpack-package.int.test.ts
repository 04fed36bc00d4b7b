import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { runPackageCommand, unpackPackage } from "../src/commands.ts";
import { findBrokenInvariants } from "../src/invariants.sql.ts";
import { rawCancellation, rawItem } from "./local-omnitron.ts";
import { type OmsUnderTest, openOms } from "./oms-under-test.ts";

let oms: OmsUnderTest;
beforeEach(async () => void (oms = await openOms()));
afterEach(async () => {
  expect(await findBrokenInvariants(oms.db)).toEqual([]);
  await oms.close();
});

const unpack = (number: string) =>
  runPackageCommand(oms.db, { id: number, command: unpackPackage, args: {}, actor: "ann" }, oms.clock);
const actions = async () => (await oms.db.problem.findFirstOrThrow({ where: { closedAt: null } })).actions;

/** R1 of three units, packed at A. */
async function pack(): Promise<void> {
  oms.sendOrder(1, [rawItem(1, { quantity: 3 })]);
  oms.outside.stock["sku-1"] = { A: 3 };
  await oms.pull();
  await oms.plan();
  await oms.command("R1P1", "COMPLETE_PACKAGING", { carrier: "dhl", tracking_number: "T1" });
}

describe("unpacking a packed package", () => {
  it("lets a changed order follow: what is wanted by now is planned anew, and the parcel is called back", async () => {
    await pack();
    oms.sendOrder(1, [rawItem(1, { quantity: 2 })]);
    await oms.pull();
    expect(await oms.problems()).toMatchObject([expect.stringMatching(/^PLANNED_ORDER_CHANGED/)]);
    const { id } = await oms.db.package.findFirstOrThrow();
    expect(await actions()).toEqual([
      { label: "Unpack package R1P1", method: "POST", path: `/api/v1/oms/packages/${id}/unpack` },
    ]);
    expect(await unpack("R1P1")).toMatchObject({ state: "CANCELLED", cancelReason: "UNPACKED" });
    expect(await oms.db.shipment.findFirst()).toMatchObject({ wantedBackAt: oms.clock.now() });
    expect(await findBrokenInvariants(oms.db)).toEqual([]);
    await oms.pull();
    await oms.plan();
    expect(await oms.packages()).toEqual(["R1P2@A WAITING sku-1×2"]);
    expect(await oms.problems()).toEqual([]);
  });

  it("has the part of it cancelled that a cancellation plan named in vain; until then a person sees that", async () => {
    await pack();
    oms.outside.cancellations.push(rawCancellation(7, "R1", [[1, 1]]));
    await oms.pull();
    expect(await oms.cancel()).toMatchObject({ rejected: 1 });
    expect(await oms.problems()).toEqual([
      expect.stringMatching(
        /^PACKED_PART_NOT_CANCELLED: order R1: .* 1 units .*PACKED_WITH_OTHERS, package R1P1 is PACKED/,
      ),
    ]);
    expect(await actions()).toMatchObject([{ label: "Unpack package R1P1" }]);
    await unpack("R1P1");
    expect(await oms.cancel()).toMatchObject({ completed: 1, unitsCancelled: 1 });
    await oms.plan();
    expect(await oms.packages()).toEqual(["R1P2@A WAITING sku-1×2"]);
    expect(await oms.problems()).toEqual([]);
    await oms.pull();
    expect(oms.told()).toEqual(expect.arrayContaining(["rejected", "completed"]));
  });

  it("is refused where its carrier has the parcel, or before it is packed", async () => {
    await pack();
    await oms.db.shipment.updateMany({ data: { status: "SHIPPING" } });
    await expect(unpack("R1P1")).rejects.toThrow("its carrier has the parcel already; nothing was changed");
    expect(await oms.packages()).toEqual(["R1P1@A PACKED sku-1×3"]);
    oms.sendOrder(2);
    oms.outside.stock["sku-2"] = { A: 3 };
    await oms.pull();
    await oms.plan();
    await expect(unpack("R2P1")).rejects.toThrow("is WAITING; UNPACK_PACKAGE runs from PACKED");
  });
});
