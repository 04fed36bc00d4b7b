import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { findBrokenInvariants } from "../src/invariants.sql.ts";
import { rawCancellation, rawItem } from "./local-omnitron.ts";
import { applyTransitions } from "../src/states/index.ts";
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

describe("a quantity that Omnitron changes", () => {
  it("is planned when it goes up, whatever became of the first units", async () => {
    await start([rawItem(1)]);
    await pack("R1P1");
    await change([three()]);
    await oms.plan();
    expect(await oms.packages()).toEqual(["R1P1@A PACKED sku-1×1", "R1P2@A WAITING sku-1×2"]);
    expect(await oms.problems()).toEqual([]);
  });

  it("is planned when it goes up after its only unit was packed for a refund", async () => {
    await start([rawItem(1)]);
    await oms.command("R1P1", "PACKED_FOR_REFUND");
    expect(await oms.orderState("R1")).toBe("REFUNDED");
    await change([three()]);
    await oms.plan();
    expect(await oms.packages()).toEqual(["R1P1@A PACKED_FOR_REFUND sku-1×1", "R1P2@A WAITING sku-1×2"]);
    expect(await oms.orderState("R1")).toBe("APPROVED");
    await pack("R1P2");
    await oms.command("R1P2", "SHIP_THE_PACKAGE");
    await oms.command("R1P2", "UPDATE_SHIPMENT_STATUS", { status: "DELIVERED" });
    expect(await oms.orderState("R1")).toBe("DELIVERED");
  });

  it("and a SKU that it changes of units packed for a refund are planned", async () => {
    await start([rawItem(1)]);
    await oms.command("R1P1", "PACKED_FOR_REFUND");
    await change([rawItem(1, { product: rawItem(2)["product"] })]);
    await oms.plan();
    expect(await oms.packages()).toEqual(["R1P2@A WAITING sku-2×1"]);
    expect(await oms.orderState("R1")).toBe("APPROVED");
  });

  it("is planned when it goes up after its only unit came back from the customer", async () => {
    await start([rawItem(1)]);
    await pack("R1P1");
    await oms.command("R1P1", "SHIP_THE_PACKAGE");
    oms.outside.cancellations.push(rawCancellation(1, "R1", [[1, 1]], { plan_type: "refund" }));
    await oms.pull();
    await oms.cancel();
    expect(await oms.orderState("R1")).toBe("REFUNDED");
    await change([three()]);
    await oms.plan();
    expect(await oms.packages()).toEqual(["R1P1@A SHIPPED sku-1×1", "R1P2@A WAITING sku-1×2"]);
  });

  it("is taken out of the package when it goes down, and the store is told", async () => {
    await start();
    await oms.command("R1P1", "PREPARE_PACKAGE_COMMAND");
    await change([rawItem(1)]);
    expect(await oms.packages()).toEqual(["R1P1@A PREPARING sku-1×1"]);
    const events = await oms.db.eventQueue.findMany({
      where: { entityType: "package" },
      orderBy: { createdAt: "asc" },
    });
    expect(events.at(-1)).toMatchObject({
      eventType: "package.status.transitioned",
      payload: { command: "REDUCE_PACKAGE", state: "PREPARING", version: 3, items: [{ quantity: 1 }] },
    });
    expect(await oms.db.stateTransitionLog.findFirst({ where: { command: "REDUCE_PACKAGE" } })).toMatchObject({
      oldState: "PREPARING",
      newState: "PREPARING",
      attributes: { changed_order: "R1" },
    });
    expect(await oms.db.reservation.aggregate({ where: { status: "ACTIVE" }, _sum: { quantity: true } })).toMatchObject(
      {
        _sum: { quantity: 1 },
      },
    );
  });

  it("is a problem when the units are packed, and followed by a later version that can be", async () => {
    await start();
    await pack("R1P1");
    await change([rawItem(1)]);
    expect(await oms.packages()).toEqual(["R1P1@A PACKED sku-1×3"]);
    expect(await oms.problems()).toEqual([
      "PLANNED_ORDER_CHANGED: item 1 was 3 × sku-1 and is now 1 × sku-1, 2 of it in R1P1, which is PACKED",
    ]);
    await change([three()]);
    expect(await oms.problems()).toEqual([]);
  });

  it("agrees with what was cancelled, whether Omnitron counts it or not", async () => {
    await start();
    oms.outside.cancellations.push(rawCancellation(1, "R1", [[1, 2]]));
    await oms.pull();
    await oms.cancel();
    await change([three({ price: "10.00" })]);
    await change([rawItem(1)]);
    expect(await oms.packages()).toEqual(["R1P1@A WAITING sku-1×1"]);
    expect(await oms.problems()).toEqual([]);
  });
});

describe("an item of an order that was never planned, and of which a plan has cancelled units", () => {
  async function cancelBeforePlanning(units: number): Promise<void> {
    await change([three(), rawItem(2)]);
    oms.outside.cancellations.push(rawCancellation(1, "R1", [[1, units]]));
    await oms.pull();
    await oms.cancel();
  }

  it("keeps what is left when Omnitron counts the cancelled units in its quantity", async () => {
    await cancelBeforePlanning(2);
    await change([rawItem(1), rawItem(2)]);
    await oms.plan();
    expect(await oms.packages()).toEqual(["R1P1@A WAITING sku-1×1 sku-2×1"]);
    expect(await oms.problems()).toEqual([]);
  });

  it.each([
    [3, /CANCELLED_ITEM_WANTED: item 1 is wanted again, but a cancellation plan has cancelled it/],
    [1, /PLANNED_ORDER_CHANGED: item 1 is to be 1, but 3 of it are cancelled/],
  ])(
    "is a problem when it was removed and is wanted again, %i of it, however often that is said",
    async (units, problem) => {
      await cancelBeforePlanning(3);
      await change([rawItem(2)]);
      await change([rawItem(1, { quantity: units }), rawItem(2)]);
      await change([rawItem(1, { quantity: units }), rawItem(2, { price: "10.00" })]);
      await oms.plan();
      expect(await oms.problems()).toContainEqual(expect.stringMatching(problem));
      expect(await oms.packages()).toEqual(["R1P1@A WAITING sku-2×1"]);
    },
  );
});

describe("an item that Omnitron changes otherwise", () => {
  const other = () => rawItem(1, { quantity: 2, product: { pk: 2, sku: "sku-2", name: "other", barcode: null } });

  it("is planned anew under its new SKU while nothing of it is packed", async () => {
    await start();
    await change([other()]);
    expect(await oms.packages()).toEqual([]);
    await oms.plan();
    expect(await oms.packages()).toEqual(["R1P2@A WAITING sku-2×2"]);
  });

  it("keeps its SKU, with a problem, once it is packed", async () => {
    await start();
    await label("R1P1");
    await change([other()]);
    expect(await oms.packages()).toEqual(["R1P1@A PACKED sku-1×3"]);
    expect(await oms.problems()).toEqual([expect.stringContaining("item 1 was 3 × sku-1 and is now 2 × sku-2")]);
  });

  it("leaves its package when it is removed, and comes back when it is put back", async () => {
    await start([three(), rawItem(2)]);
    await change([three()]);
    expect(await oms.packages()).toEqual(["R1P1@A CANCELLATION_WAITING sku-1×3 sku-2×1"]);
    await oms.cancel();
    expect(await oms.packages()).toEqual(["R1P1@A WAITING sku-1×3"]);
    await change([three(), rawItem(2)]);
    await oms.plan();
    expect(await oms.packages()).toEqual(["R1P1@A WAITING sku-1×3", "R1P2@A WAITING sku-2×1"]);
  });

  it("is a problem when it is wanted again after a plan of Omnitron's cancelled it", async () => {
    await start();
    oms.outside.cancellations.push(rawCancellation(1, "R1", [[1, 3]]));
    await oms.pull();
    await oms.cancel();
    await change([three({ status: "100" })], { status: "100" });
    expect(await oms.problems()).toEqual([]);
    await change();
    expect(await oms.problems()).toEqual([expect.stringContaining("item 1 is wanted again, but a cancellation plan")]);
  });

  it("tells of a parcel that was announced with another address", async () => {
    await start();
    await change([three()], { shipping_address: { country: "BR", state: "RJ" } });
    expect(await oms.problems()).toEqual([]);
    await label("R1P1");
    await change([three()], { shipping_address: { country: "BR", state: "MG" } });
    expect(await oms.problems()).toEqual([
      "LABEL_OUT_OF_DATE: package R1P1 has the parcel T1, announced with another address",
    ]);
  });
});

describe("an order that could not follow Omnitron", () => {
  it("follows by itself once its goods have arrived where they are packed", async () => {
    await start();
    await oms.db.$executeRaw`UPDATE package SET state = 'WAITING_FOR_TRANSFER'`;
    await oms.db.$executeRaw`UPDATE package_item SET state = 'WAITING_FOR_TRANSFER'`;
    const one = await oms.db.package.findFirstOrThrow({ include: { items: true } });
    const places = await oms.db.stockLocation.findMany({ orderBy: { erpCode: "asc" } });
    const transfer = await oms.db.transferOrder.create({
      data: {
        number: "R1P1T1",
        packageId: one.id,
        orderId: one.orderId,
        sourceId: places.find(({ erpCode }) => erpCode === "B")!.id,
        destinationId: one.locationId,
        state: "IN_TRANSIT",
        items: { create: { packageItemId: one.items[0]!.id, quantity: 3, state: "IN_TRANSIT" } },
      },
    });
    await oms.db.reservation.updateMany({ data: { status: "RELEASED" } });
    await change([rawItem(1)]);
    expect(await oms.problems()).toEqual([expect.stringContaining("2 of it in R1P1, which is WAITING_FOR_TRANSFER")]);
    await oms.db.$transaction((tx) =>
      applyTransitions(
        tx,
        [{ entity: "transfer_order", id: transfer.id, command: "TRANSFER_TRANSFERRED", actor: "test" }],
        oms.clock.now(),
      ),
    );
    await oms.pull();
    expect(await oms.packages()).toEqual(["R1P1@A WAITING sku-1×1"]);
    expect(await oms.problems()).toEqual([]);
  });

  it("is not told of again, nor changed, while it cannot", async () => {
    await start();
    await pack("R1P1");
    await change([rawItem(1)]);
    const events = await oms.db.eventQueue.count();
    await oms.pull();
    expect(await oms.db.eventQueue.count()).toBe(events);
    expect(await oms.db.problem.findMany()).toMatchObject([{ closedAt: null, version: 1 }]);
  });

  it("asks for what has left once, and not with every pull", async () => {
    await start([three(), rawItem(2)]);
    await pack("R1P1");
    await oms.command("R1P1", "SHIP_THE_PACKAGE");
    // Fewer of the first cannot be followed, which is looked at again and again; the second is gone from the order.
    await change([rawItem(1)]);
    for (let pulls = 0; pulls < 3; pulls += 1) {
      await oms.cancel();
      await oms.pull();
    }
    expect(await oms.db.cancellationPlan.findMany()).toMatchObject([{ status: "REJECTED" }]);
  });
});

describe("an item that Omnitron adds to an order it has ended", () => {
  it.each(["100", "600"])("(%s) is taken in and planned once the order goes on", async (status) => {
    await start([rawItem(1)]);
    await pack("R1P1");
    await oms.command("R1P1", "SHIP_THE_PACKAGE");
    await change([rawItem(1)], { status });
    await oms.cancel();
    const ended = await oms.orderState("R1");
    await change([rawItem(1), rawItem(2)], { status });
    expect([await oms.orderState("R1"), await oms.db.orderItem.count()]).toEqual([ended, 1]);
    await change([rawItem(1), rawItem(2)]);
    await oms.plan();
    expect(await oms.packages()).toEqual(["R1P1@A SHIPPED sku-1×1", "R1P2@A WAITING sku-2×1"]);
  });
});

describe("a package that lost units while it was picked", () => {
  it("is packed only by who names the version that was packed", async () => {
    await start();
    oms.outside.cancellations.push(rawCancellation(1, "R1", [[1, 1]]));
    await oms.command("R1P1", "PREPARE_PACKAGE_COMMAND");
    await oms.pull();
    await oms.cancel();
    await expect(pack("R1P1")).rejects.toThrow("send the version that was packed");
    await expect(oms.command("R1P1", "COMPLETE_PACKAGING", {}, 2)).rejects.toThrow("is at version 3, not 2");
    await oms.command("R1P1", "COMPLETE_PACKAGING", {}, 3);
    expect(await oms.packages()).toEqual(["R1P1@A PACKED sku-1×2"]);
  });
});
