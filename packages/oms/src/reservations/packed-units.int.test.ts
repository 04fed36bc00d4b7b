import { DAY_MS, type ManualClock, manualClock } from "@drumline/core/clock";
import { startTaskRun } from "@drumline/testing";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { openOrdersUnderTest, type OrdersUnderTest } from "../../test/orders-under-test.ts";
import { storeCommands } from "../../test/store-commands.ts";
import { findBrokenInvariants } from "../invariants.sql.ts";
import { fulfilReplaningOrders } from "../planning/replanning/replan-packages.ts";
import { applyTransitions } from "../states/index.ts";

let shop: OrdersUnderTest;
let clock: ManualClock;
beforeEach(async () => {
  shop = await openOrdersUnderTest();
  clock = manualClock(new Date("2026-11-20T13:00:00Z"));
});
afterEach(async () => {
  expect(await findBrokenInvariants(shop.db)).toEqual([]);
  await shop.close();
});

const start = () => startTaskRun(shop.db, shop.outside.gateways(), { clock });
const fulfil = () => shop.fulfil({ clock });
const replan = async (afterMs = DAY_MS) => {
  clock.advance(afterMs);
  return await fulfilReplaningOrders(start().context);
};
const run = (name: string, id: string) => storeCommands(shop.db, clock).onPackage(id, name);
const engineSays = (units: number) => void (shop.outside.stock["sku-1"] = { A: units });
/** Order 1000 has its only unit packed at A; order 1001 wants one. */
async function packTheOnlyUnit(): Promise<void> {
  engineSays(1);
  await shop.ordersFor(1, 1);
  await fulfil();
  await run("COMPLETE_PACKAGING", "R1000P1");
  await shop.ordersFor(1, 2);
}

describe("packed units", () => {
  it("are not promised again before the inventory engine's level has fallen", async () => {
    await packTheOnlyUnit();
    await fulfil();
    expect((await shop.packages())[1]).toBe("R1001P1@central:OUT_OF_STOCK×1");
    expect(await replan()).toMatchObject({ replanned: 0, stillShort: 1 });
    engineSays(0);
    expect(await replan(DAY_MS / 2)).toMatchObject({ replanned: 0, stillShort: 1 });
    engineSays(1);
    expect(await replan()).toMatchObject({ replanned: 1 });
    expect((await shop.packages()).at(-1)).toBe("R1001P2@A:WAITING×1");
  });

  it("are forgotten after two days, since the engine may never show a fall", async () => {
    await packTheOnlyUnit();
    await fulfil();
    expect(await replan(2 * DAY_MS - 1_000)).toMatchObject({ replanned: 0 });
    expect(await replan(2 * DAY_MS)).toMatchObject({ replanned: 1 });
  });

  it("that were freed before packing are gone as well", async () => {
    engineSays(1);
    await shop.ordersFor(1, 1);
    await fulfil();
    await run("PKG_DEALLOCATE_RESERVATIONS", "R1000P1");
    await run("COMPLETE_PACKAGING", "R1000P1");
    await shop.ordersFor(1, 2);
    await fulfil();
    expect((await shop.packages())[1]).toBe("R1001P1@central:OUT_OF_STOCK×1");
  });

  it("are there again when their package is cancelled", async () => {
    await packTheOnlyUnit();
    const { id, orderId } = await shop.db.package.findUniqueOrThrow({ where: { number: "R1000P1" } });
    await shop.db.orderItem.updateMany({ where: { orderId }, data: { cancelledQuantity: 1 } });
    await shop.db.$transaction((tx) =>
      applyTransitions(tx, [{ entity: "package", id, command: "CANCEL_PACKAGE", actor: "test" }], clock.now()),
    );
    await fulfil();
    expect((await shop.packages())[1]).toBe("R1001P1@A:WAITING×1");
  });
});

describe("a packed package that was held and goes on", () => {
  it("takes its units once", async () => {
    engineSays(5);
    await shop.ordersFor(1, 1);
    await fulfil();
    await run("COMPLETE_PACKAGING", "R1000P1");
    const { id } = await shop.db.package.findUniqueOrThrow({ where: { number: "R1000P1" } });
    // Without a reason the hold ends at once.
    await shop.db.$transaction((tx) =>
      applyTransitions(tx, [{ entity: "package", id, command: "AWAIT_CANCELLATION", actor: "test" }], clock.now()),
    );
    expect(await shop.db.package.findUnique({ where: { id } })).toMatchObject({ state: "PACKED" });
    expect(await shop.db.stock.findFirst({ where: { location: { erpCode: "A" } } })).toMatchObject({ onHand: 4 });
    expect(await shop.db.reservation.findMany()).toMatchObject([{ status: "CONSUMED", awaitedUnits: 1 }]);
  });
});

describe("units sent to another location", () => {
  it("are not promised again at their source before the engine's level has fallen", async () => {
    shop.outside.stock["sku-1"] = { A: 1, B: 1 };
    await shop.db.distributionScenario.create({
      data: {
        name: "ship from A",
        rules: {
          create: { position: 1, name: "A", locationFilter: { include: ["A"] }, allowSplit: false, transferable: true },
        },
      },
    });
    await shop.ordersFor(1, 1, 2);
    await fulfil();
    const transfer = await shop.db.transferOrder.findFirstOrThrow();
    for (const name of ["TRANSFER_READY_TO_SHIPMENT", "TRANSFER_IN_TRANSIT"])
      await storeCommands(shop.db, clock).onTransfer(transfer.number, name);
    await shop.db.distributionScenario.deleteMany();
    await shop.ordersFor(1, 2, 2);
    await fulfil();
    expect((await shop.packages()).at(-1)).toBe("R1001P1@central:OUT_OF_STOCK×2");
  });
});

describe("a level that falls below what is promised", () => {
  const oversold = async () =>
    (await shop.db.problem.findMany({ orderBy: { id: "asc" } })).map(
      ({ kind, subjectKey, closedAt }) => `${kind} ${subjectKey}${closedAt === null ? "" : " (closed)"}`,
    );
  const planAnother = async (pk: number) => {
    await shop.ordersFor(1, pk);
    await fulfil();
  };

  it("by the inventory engine's word is a problem until it has risen again", async () => {
    engineSays(2);
    await planAnother(2);
    engineSays(1);
    await planAnother(3);
    expect(await oversold()).toEqual(["STOCK_BELOW_PROMISED sku-1@A"]);
    expect(await shop.db.problem.findFirst()).toMatchObject({ detail: { promised: 2, onHand: 1 } });
    engineSays(3);
    expect(await replan()).toMatchObject({ replanned: 1 });
    expect(await oversold()).toEqual(["STOCK_BELOW_PROMISED sku-1@A (closed)"]);
  });

  it("by the packing of what was freed before is a problem until nothing is promised any more", async () => {
    engineSays(1);
    await planAnother(1);
    await run("PKG_DEALLOCATE_RESERVATIONS", "R1000P1");
    await planAnother(2);
    await run("COMPLETE_PACKAGING", "R1000P1");
    expect(await oversold()).toEqual(["STOCK_BELOW_PROMISED sku-1@A"]);
    await run("DETECTED_OUT_OF_STOCK_ITEM", "R1001P1");
    await replan();
    expect(await oversold()).toContain("STOCK_BELOW_PROMISED sku-1@A (closed)");
  });
});
