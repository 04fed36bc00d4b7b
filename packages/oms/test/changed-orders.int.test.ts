import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { receiveOrder } from "../src/commands/receive-from-omnitron.ts";
import { findBrokenInvariants } from "../src/invariants.sql.ts";
import { type Raw, rawCancellation, rawItem } from "./local-omnitron.ts";
import { type OmsUnderTest, openOms } from "./oms-under-test.ts";

let oms: OmsUnderTest;
beforeEach(async () => {
  oms = await openOms();
  Object.assign(oms.outside.stock, { "sku-1": { A: 10 }, "sku-2": { A: 10 }, "sku-3": { A: 10 } });
});
afterEach(async () => {
  expect(await findBrokenInvariants(oms.db)).toEqual([]);
  await oms.close();
});

const three = (overrides = {}) => rawItem(1, { quantity: 3, ...overrides });
const pack = (number: string) => oms.command(number, "COMPLETE_PACKAGING_WITHOUT_SHIPMENT");
const label = (number: string) => oms.command(number, "COMPLETE_PACKAGING", { carrier: "dhl", tracking_number: "T1" });
async function start(items = [three()]): Promise<void> {
  oms.sendOrder(1, items);
  await oms.pull();
  await oms.plan();
}
async function change(items = [three()], overrides = {}): Promise<void> {
  oms.sendOrder(1, items, overrides);
  await oms.pull();
}
const plan = async () => (await oms.db.orderExecutionPlan.findFirstOrThrow()).state;

describe("an order that Omnitron sends by webhook", () => {
  const receive = (items: ReturnType<typeof three>[], overrides: Raw = {}) =>
    receiveOrder(
      oms.db,
      {
        event: { type: "order.updated", uuid: `of ${items.length}` },
        payload: { ...oms.outside.orders[0], orderitem_set: items, ...overrides },
      },
      {},
      oms.clock,
    );

  it("does not turn back what a pull has taken in with the same instant, however late it comes", async () => {
    await start([three(), rawItem(2)]);
    expect(await receive([three()])).toEqual({ duplicate: false, changed: false });
    expect(await oms.packages()).toEqual(["R1P1@A WAITING sku-1×3 sku-2×1"]);
  });

  it("is followed when it is newer", async () => {
    await start([three(), rawItem(2)]);
    expect(await receive([three()], { modified_date: "2026-11-20T11:59:00.000Z" })).toMatchObject({ changed: true });
    expect(await oms.packages()).toEqual(["R1P1@A CANCELLATION_WAITING sku-1×3 sku-2×1"]);
  });
});

describe("an item that Omnitron adds", () => {
  it.each([
    ["packed", async () => void (await pack("R1P1"))],
    ["shipped", async () => void (await pack("R1P1"), await oms.command("R1P1", "SHIP_THE_PACKAGE"))],
    [
      "delivered",
      async () => {
        await pack("R1P1");
        await oms.command("R1P1", "SHIP_THE_PACKAGE");
        await oms.command("R1P1", "UPDATE_SHIPMENT_STATUS", { status: "DELIVERED" });
      },
    ],
  ])("gets a package of its own when the first one is %s", async (_, advance) => {
    await start();
    await advance();
    await change([three(), rawItem(2)]);
    expect(await plan()).toBe("START");
    expect(await oms.plan()).toMatchObject({ orders: 1, packages: 1 });
    expect((await oms.packages()).at(-1)).toBe("R1P2@A WAITING sku-2×1");
    expect(await plan()).toBe("COMPLETED");
  });

  it("opens an order again that was cancelled whole", async () => {
    await start();
    oms.outside.cancellations.push(rawCancellation(1, "R1", [[1, 3]]));
    await oms.pull();
    await oms.cancel();
    expect(await oms.orderState("R1")).toBe("CANCELLED");
    await change([three(), rawItem(2)]);
    expect(await oms.orderState("R1")).toBe("APPROVED");
    await oms.plan();
    expect(await oms.packages()).toEqual(["R1P2@A WAITING sku-2×1"]);
    await oms.pull();
    expect(oms.told()).toEqual(["100", "completed", "400"]);
  });
});

describe("an order that Omnitron cancels", () => {
  it.each([
    ["the order", [three()], { status: "100" }],
    ["its only item", [three({ status: "100" })], {}],
    ["all its items, by leaving them out", [], {}],
  ])("(%s) is held at once and cancelled, without a word against Omnitron's", async (_, items, overrides) => {
    await start();
    await change(items, overrides);
    expect(await oms.packages()).toEqual(["R1P1@A CANCELLATION_WAITING sku-1×3"]);
    await expect(pack("R1P1")).rejects.toThrow("is refused");
    expect(await oms.cancel()).toMatchObject({ completed: 1, unitsCancelled: 3 });
    expect(await oms.packages()).toEqual([]);
    expect(await oms.orderState("R1")).toBe("CANCELLED");
    await oms.pull();
    expect(oms.told()).toEqual(["100"]);
    expect((await oms.problems()).filter((problem) => !problem.startsWith("NO_ITEMS"))).toEqual([]);
  });

  it("keeps its packed package until the carrier has given the parcel back", async () => {
    await start();
    await label("R1P1");
    await change([three()], { status: "100" });
    expect(await oms.packages()).toEqual(["R1P1@A CANCELLATION_WAITING sku-1×3"]);
    expect(await oms.cancel()).toMatchObject({ waiting: 1 });
    oms.carriers.say("T1", ["2026-11-20T12:00:00Z", "DELETED"]);
    expect(await oms.rerun()).toMatchObject({ completed: 1 });
    expect(await oms.orderState("R1")).toBe("CANCELLED");
  });

  it("is a problem that a person sees when it was shipped before", async () => {
    await start();
    await pack("R1P1");
    await oms.command("R1P1", "SHIP_THE_PACKAGE");
    await oms.pull();
    await change([three()], { status: "100" });
    await oms.cancel();
    expect(await oms.packages()).toEqual(["R1P1@A SHIPPED sku-1×3"]);
    expect(await oms.problems()).toEqual([
      expect.stringMatching(/^ORDER_CANCELLED_TOO_LATE: .*item 1.*3 units.*ALREADY_SHIPPED, package R1P1 is SHIPPED/),
    ]);
    await oms.pull();
    expect(oms.told()).toEqual(["450", "500"]);
  });

  it("is wanted again, and planned again, when Omnitron approves it again", async () => {
    await start();
    await change([three()], { status: "100" });
    await oms.cancel();
    await change([three()]);
    expect(await oms.orderState("R1")).toBe("APPROVED");
    await oms.plan();
    expect(await oms.packages()).toEqual(["R1P2@A WAITING sku-1×3"]);
  });

  it("goes on as it was when Omnitron approves it before it was cancelled here", async () => {
    await start();
    await change([three()], { status: "100" });
    await change([three()]);
    expect(await oms.packages()).toEqual(["R1P1@A WAITING sku-1×3"]);
    expect(await oms.cancel()).toMatchObject({ unitsCancelled: 0 });
    expect(await oms.packages()).toEqual(["R1P1@A WAITING sku-1×3"]);
  });
});

describe("an order that waits for its cancellation at Omnitron", () => {
  it.each([
    ["the order", [three()], { status: "50" }],
    ["its item", [three({ status: "50" })], {}],
  ])("(%s) is held, not planned again, and goes on with Omnitron's word", async (_, items, overrides) => {
    await start();
    oms.outside.stock["sku-1"] = { A: 10, B: 10 };
    await oms.command("R1P1", "REFUSE", { reason: { title: "no" } });
    await change(items, overrides);
    expect(await oms.replan()).toMatchObject({ due: 0 });
    await change();
    expect(await oms.replan()).toMatchObject({ replanned: 1 });
    await change(items, overrides);
    expect(await oms.packages()).toEqual(["R1P2@B CANCELLATION_WAITING sku-1×3"]);
    await change();
    expect(await oms.packages()).toEqual(["R1P2@B WAITING sku-1×3"]);
    await oms.pull();
    expect(oms.told()).toEqual([]);
  });

  it("stays held while a plan waits for the carrier, though the order is approved again", async () => {
    await start();
    await label("R1P1");
    oms.outside.cancellations.push(rawCancellation(1, "R1", [[1, 3]]));
    await change([three()], { status: "50" });
    await oms.cancel();
    await change();
    expect(await oms.packages()).toEqual(["R1P1@A CANCELLATION_WAITING sku-1×3"]);
    oms.carriers.say("T1", ["2026-11-20T12:00:00Z", "SHIPPING"]);
    await oms.rerun();
    expect(await oms.packages()).toEqual(["R1P1@A PACKED sku-1×3"]);
  });

  it("stays held for Omnitron's word when the plan that cancelled a part is done", async () => {
    await start();
    oms.outside.cancellations.push(rawCancellation(1, "R1", [[1, 1]]));
    await change([three()], { status: "50" });
    expect(await oms.cancel()).toMatchObject({ completed: 1 });
    expect(await oms.packages()).toEqual(["R1P1@A CANCELLATION_WAITING sku-1×2"]);
    await change();
    expect(await oms.packages()).toEqual(["R1P1@A WAITING sku-1×2"]);
  });
});

describe("an order that Omnitron refunds", () => {
  it("is refunded here where it was delivered, and cancelled where it has not left", async () => {
    await start([three(), rawItem(2)]);
    await pack("R1P1");
    await oms.command("R1P1", "SHIP_THE_PACKAGE");
    await oms.command("R1P1", "UPDATE_SHIPMENT_STATUS", { status: "DELIVERED" });
    await change([three(), rawItem(2), rawItem(3)]);
    await oms.plan();
    await change([three(), rawItem(2), rawItem(3)], { status: "600" });
    expect((await oms.packages()).at(-1)).toBe("R1P2@A CANCELLATION_WAITING sku-3×1");
    expect(await oms.cancel()).toMatchObject({ completed: 1, unitsCancelled: 1, unitsReturned: 4 });
    expect(await oms.orderState("R1")).toBe("REFUNDED");
    expect(await oms.problems()).toEqual([]);
  });
});
