import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { HOUR_MS, manualClock } from "@drumline/core/clock";
import { startTaskRun, type TestDatabase, testDatabase } from "@drumline/testing";

import { omsHandlers } from "../src/tasks.ts";
import { findBrokenInvariants } from "../src/invariants.sql.ts";
import { type Outside, rawCancellation, rawItem, rawLocation, rawOrder, startOutside } from "./local-omnitron.ts";
import { storeCommands } from "./store-commands.ts";

let store: TestDatabase;
let outside: Outside;
const clock = manualClock(new Date("2026-11-20T12:00:00Z"));
beforeAll(async () => void (outside = await startOutside()));
afterAll(() => outside.close());
beforeEach(async () => {
  store = await testDatabase();
  for (const list of [outside.orders, outside.locations, outside.cancellations, outside.told]) list.length = 0;
  clock.set(new Date("2026-11-20T12:00:00Z"));
  outside.locations.push(rawLocation(1, "central", { priority: 0 }), rawLocation(2, "A"), rawLocation(3, "B"));
});
afterEach(async () => {
  expect(await findBrokenInvariants(store.db)).toEqual([]);
  await store.close();
});

const run = (name: keyof typeof omsHandlers, settings = {}) =>
  omsHandlers[name](startTaskRun(store.db, outside.gateways(settings), { clock }).context as never);
const pull = () => run("oms.orders.tasks.get_orders_from_omnitron");
const plan = () => run("oms.fulfilment.tasks.fulfil_waiting_orders");
const replan = () => run("oms.fulfilment.tasks.fulfil_replaning_orders");
const cancel = () => run("oms.orders.tasks.process_cancellation_plans");
const command = (number: string, name: string, args?: object) =>
  storeCommands(store.db, clock).onPackage(number, name, args);
const told = () => outside.told.map(({ body }) => body["order_status"] ?? body["status"]);

describe("an order", () => {
  it("goes from Omnitron to the customer and back to Omnitron, each step told once", async () => {
    outside.orders.push(rawOrder(1));
    outside.stock["sku-1"] = { A: 1 };
    await pull();
    await plan();
    await command("R1P1", "COMPLETE_PACKAGING_WITHOUT_SHIPMENT");
    await command("R1P1", "SHIP_THE_PACKAGE");
    await command("R1P1", "UPDATE_SHIPMENT_STATUS", { status: "DELIVERED" });
    await pull();
    await pull();
    expect(told()).toEqual(["450", "500", "550"]);
    expect(await store.db.order.findFirst()).toMatchObject({ state: "DELIVERED" });
  });

  it("keeps following its packages when Omnitron sends it back changed", async () => {
    outside.orders.push(rawOrder(1));
    outside.stock["sku-1"] = { A: 1 };
    await pull();
    await plan();
    await command("R1P1", "COMPLETE_PACKAGING_WITHOUT_SHIPMENT");
    outside.orders[0] = rawOrder(1, {
      status: "500",
      modified_date: "2026-11-20T11:00:00Z",
      orderitem_set: [rawItem(1, { status: "500" })],
    });
    expect(await pull()).toMatchObject({ changed: 1 });
    expect(await store.db.order.findFirst({ include: { items: true } })).toMatchObject({
      state: "PREPARING",
      remoteStatus: "500",
      items: [{ state: "PREPARING" }],
    });
  });

  it("is planned again for items that come later, its first package untouched", async () => {
    outside.orders.push(rawOrder(1));
    Object.assign(outside.stock, { "sku-1": { A: 1 }, "sku-2": { B: 1 } });
    await pull();
    await plan();
    outside.orders[0] = rawOrder(1, { modified_date: "2026-11-20T11:00:00Z", orderitem_set: [rawItem(1), rawItem(2)] });
    await pull();
    expect(await store.db.orderExecutionPlan.findFirst()).toMatchObject({ state: "START" });
    expect(await plan()).toMatchObject({ orders: 1, packages: 1 });
    expect(await store.db.package.findMany({ orderBy: { id: "asc" } })).toMatchObject([
      { number: "R1P1", state: "WAITING", version: 1 },
      { number: "R1P2", state: "WAITING" },
    ]);
    const log = await store.db.stateTransitionLog.findMany({
      where: { entityType: "order_execution_plan" },
      orderBy: { id: "asc" },
    });
    expect(log.map(({ oldState, newState }) => [oldState, newState])).toEqual([
      [null, "COMPLETED"],
      ["COMPLETED", "START"],
      ["START", "COMPLETED"],
    ]);
  });

  it("finds another store when the first has not got it, and is cancelled in part on the way", async () => {
    outside.orders.push(rawOrder(1, { orderitem_set: [rawItem(1, { quantity: 3 })] }));
    outside.stock["sku-1"] = { A: 3, B: 3 };
    await pull();
    await plan();
    await command("R1P1", "DETECTED_OUT_OF_STOCK_ITEM");
    outside.cancellations.push(rawCancellation(1, "R1", [[1, 1]]));
    await pull();
    // Nobody plans again what somebody wants to cancel.
    expect(await replan()).toMatchObject({ due: 0 });
    expect(await cancel()).toMatchObject({ completed: 1, unitsCancelled: 1 });
    expect(await replan()).toMatchObject({ replanned: 1 });
    const live = await store.db.package.findMany({
      where: { state: "WAITING" },
      include: { items: true, location: true },
    });
    expect(live).toMatchObject([{ number: "R1P2", location: { erpCode: "B" }, items: [{ quantity: 2 }] }]);
    await pull();
    expect(told()).toEqual(["completed"]);
  });
});

describe("many at once", () => {
  it("plan, replan, refuse, pack and cancel over few units, and the books are right", async () => {
    const count = 40;
    for (let pk = 1; pk <= count; pk += 1) {
      const product = { pk: 1, sku: "sku-1", name: "Product 1", barcode: null };
      outside.orders.push(rawOrder(pk, { orderitem_set: [rawItem(pk, { product, quantity: 1 + (pk % 3) })] }));
      if (pk % 4 === 0) outside.cancellations.push(rawCancellation(pk, `R${pk}`, [[pk, 1]]));
    }
    outside.stock["sku-1"] = { A: 17, B: 9 };
    await pull();
    const settings = { omsPlanBatchSize: 5 };
    const stores = async () => {
      for (const { number } of await store.db.package.findMany({ where: { state: "WAITING" } })) {
        const name = ["COMPLETE_PACKAGING", "REFUSE", "DETECTED_OUT_OF_STOCK_ITEM"][
          Number(number.slice(1).split("P")[0]) % 3
        ]!;
        await command(number, name, name === "REFUSE" ? { reason: { title: "no" } } : {}).catch((error: Error) => {
          expect(error.message).toMatch(/is refused/);
        });
      }
    };
    for (let round = 0; round < 4; round += 1) {
      await Promise.all([
        run("oms.fulfilment.tasks.fulfil_waiting_orders", settings),
        run("oms.fulfilment.tasks.fulfil_waiting_orders", settings),
        run("oms.fulfilment.tasks.fulfil_replaning_orders", settings),
        run("oms.fulfilment.tasks.retry_out_of_stock_packages", settings),
        cancel(),
        stores(),
        run("oms.reservations.tasks.clear_inventory_discrepancies"),
      ]);
      expect(await findBrokenInvariants(store.db)).toEqual([]);
      clock.advance(25 * HOUR_MS);
    }
    expect(await store.db.cancellationPlan.count({ where: { status: "WAITING" } })).toBe(0);
  }, 600_000);
});
