import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { DAY_MS } from "@drumline/core/clock";

import { rawCancellation, rawItem } from "./local-omnitron.ts";
import { type OmsUnderTest, openOms } from "./oms-under-test.ts";

let oms: OmsUnderTest;
beforeEach(async () => void (oms = await openOms()));
afterEach(() => oms.close());

const send = (status: string, pk = 1, itemStatus = "400") =>
  oms.sendOrder(pk, [rawItem(pk, { status: itemStatus })], { status });
async function planOrder(): Promise<void> {
  oms.outside.stock["sku-1"] = { A: 1 };
  send("400");
  await oms.pull();
  await oms.plan();
}

describe("an order that Omnitron has stopped", () => {
  it.each([
    ["50", "CANCELLATION_WAITING"],
    ["200", "WAITING"],
    ["300", "PAYMENT_WAITING"],
    ["350", "CONFIRMATION_WAITING"],
    ["425", "INACTIVE"],
  ])("at %s is a problem for as long as its packages are held", async (status, state) => {
    await planOrder();
    send(status);
    await oms.pull();
    await oms.pull();
    const held = `ORDER_HELD: order R1 is held as ${state}, and no cancellation plan of it is open`;
    expect(await oms.problems()).toEqual([held]);
    expect(await oms.db.problem.findMany()).toMatchObject([{ seenCount: 1, detail: { packages: ["R1P1"] } }]);
    send("400");
    await oms.pull();
    expect(await oms.problems()).toEqual([]);
  });

  it("at 50 is one before it is planned too, and none once a cancellation plan is there", async () => {
    send("50");
    await oms.pull();
    expect(await oms.problems()).toHaveLength(1);
    oms.outside.cancellations.push(rawCancellation(7, "R1", [[1, 1]]));
    await oms.pull();
    expect(await oms.problems()).toEqual([]);
    await oms.cancel();
    await oms.pull();
    expect([await oms.orderState("R1"), await oms.problems()]).toEqual(["CANCELLED", []]);
  });

  it.each(["50", "200", "300", "350", "425"])(
    "at %s when its package had lost its place finds no other until it goes on, and says so",
    async (status) => {
      oms.outside.stock["sku-1"] = { A: 0 };
      send("400");
      await oms.pull();
      await oms.plan();
      send(status);
      oms.outside.stock["sku-1"] = { A: 1 };
      await oms.pull();
      expect(await oms.problems()).toEqual([expect.stringMatching(/^ORDER_HELD: order R1 /)]);
      expect(await oms.db.problem.findMany()).toMatchObject([{ detail: { packages: ["R1P1"] } }]);
      oms.clock.advance(DAY_MS);
      await oms.replan();
      expect(await oms.packages()).toEqual([expect.stringContaining("OUT_OF_STOCK")]);
      send("400");
      await oms.pull();
      expect(await oms.problems()).toEqual([]);
      await oms.replan();
      expect((await oms.packages()).at(-1)).toBe("R1P2@A WAITING sku-1×1");
    },
  );

  it("for an item that is inactive (425) is one, and its package is held until it is active again", async () => {
    await planOrder();
    send("400", 1, "425");
    await oms.pull();
    expect([await oms.packages(), (await oms.problems()).length]).toEqual([["R1P1@A CANCELLATION_WAITING sku-1×1"], 1]);
    send("400");
    await oms.pull();
    expect([await oms.packages(), await oms.problems()]).toEqual([["R1P1@A WAITING sku-1×1"], []]);
  });

  it("for one item alone is one; before it is planned an awaited payment is none", async () => {
    await planOrder();
    send("400", 1, "50");
    send("300", 2);
    await oms.pull();
    expect(await oms.problems()).toEqual([expect.stringMatching(/^ORDER_HELD: order R1 /)]);
  });

  it("when it had left, or that leaves while it is held, is one until Omnitron lets it go on", async () => {
    await planOrder();
    await oms.command("R1P1", "COMPLETE_PACKAGING_WITHOUT_SHIPMENT");
    await oms.command("R1P1", "SHIP_THE_PACKAGE");
    send("50");
    await oms.pull();
    const late = "ORDER_STOPPED_TOO_LATE: Omnitron has stopped order R1 (50), but it has left";
    expect(await oms.problems()).toEqual([late]);
    await oms.command("R1P1", "UPDATE_SHIPMENT_STATUS", { status: "DELIVERED" });
    await oms.pull();
    expect([await oms.orderState("R1"), await oms.problems()]).toEqual(["DELIVERED", [late]]);
    expect(await oms.db.problem.findMany()).toMatchObject([{ seenCount: 1 }]);
    send("400");
    await oms.pull();
    expect(await oms.problems()).toEqual([]);
  });
});
