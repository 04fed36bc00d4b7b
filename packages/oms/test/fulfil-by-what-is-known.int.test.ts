import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { Cancel, Snooze } from "@drumline/core/task";

import { findBrokenInvariants } from "../src/invariants.sql.ts";
import { rawItem, rawLocation, rawOrder, reply } from "./local-omnitron.ts";
import { openOrdersUnderTest, type OrdersUnderTest } from "./orders-under-test.ts";

let shop: OrdersUnderTest;
beforeEach(async () => void (shop = await openOrdersUnderTest()));
afterEach(async () => {
  try {
    expect(await findBrokenInvariants(shop.db)).toEqual([]);
  } finally {
    await shop.close();
  }
});

describe("fulfil_waiting_orders, by what it is told", () => {
  it.each([
    ["is down", 503, Error, /answered 503/],
    ["refuses us", 401, Cancel, /Set INVENTORY_TOKEN/],
    ["has enough of us", 429, Snooze, /asked for silence until/],
  ])("plans nothing and frees its orders when the engine %s", async (_, status, kind, message) => {
    await shop.ordersFor(1, 2);
    shop.outside.intercept = (__, response) =>
      reply(response, {}, status, status === 429 ? { "retry-after": "60" } : {});
    const failure = shop.fulfil();
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toBeInstanceOf(kind);
    expect(await shop.packages()).toEqual([]);
    expect(await shop.db.order.count({ where: { claimedBy: null } })).toBe(2);
  });

  it.each([
    ["truncated JSON", '{"as_of":"2026'],
    ["JSON of another shape", '{"stock":{}}'],
  ])("plans nothing on %s", async (_, body) => {
    await shop.ordersFor(1, 1);
    shop.outside.intercept = (__, response) => response.end(body) !== null;
    await expect(shop.fulfil()).rejects.toMatchObject({ code: "UNUSABLE_ANSWER" });
    expect(await shop.packages()).toEqual([]);
  });

  it("treats an unknown SKU and a first level that makes no sense as no stock, and says so once", async () => {
    shop.outside.stock["sku-2"] = { A: -4, B: 1.5 };
    await shop.ordersFor(1, 2);
    await shop.ordersFor(2, 1);
    const { problems, result } = await shop.fulfil({}, { omsPlanBatchSize: 1 });
    expect(result).toMatchObject({ orders: 3, outOfStockPackages: 3, unknownSkus: 1 });
    expect(problems.map(({ recordId }) => recordId)).toEqual(["sku sku-1", "sku sku-2", "sku sku-2"]);
    expect(problems[0]!.error).toMatch(/does not know this SKU/);
    expect(problems[1]!.error).toMatch(/a negative number of units/);
    const plan = await shop.db.orderExecutionPlan.findFirstOrThrow({ orderBy: { id: "asc" } });
    expect(plan.context).toMatchObject({ attempts: [{ shortfalls: [{ reason: "UNKNOWN_SKU" }] }] });
  });

  it("lets the newer answer of the engine win, and forgets stock it no longer mentions", async () => {
    shop.outside.stock["sku-1"] = { A: 5, B: 5, nowhere: 9 };
    await shop.ordersFor(1, 1);
    await shop.fulfil();
    shop.outside.stock["sku-1"] = { A: 9 };
    shop.outside.asOf = "2026-11-20T11:00:00Z";
    await shop.ordersFor(1, 2);
    await shop.fulfil();
    const onHand = async () =>
      (await shop.db.stock.findMany({ include: { location: true }, orderBy: { locationId: "asc" } })).map(
        ({ location, onHand: units }) => [location.erpCode, units],
      );
    expect(await onHand()).toEqual([
      ["A", 5],
      ["B", 5],
    ]);
    shop.outside.asOf = "2026-11-20T14:00:00Z";
    await shop.ordersFor(1, 3);
    await shop.fulfil();
    expect(await onHand()).toEqual([
      ["A", 9],
      ["B", 0],
    ]);
  });

  it("keeps the level it knows where a record cannot be read, and lets a person know until one can", async () => {
    shop.outside.stock["sku-1"] = { A: 5, B: 3_000_000 };
    await shop.ordersFor(1, 1);
    await shop.fulfil();
    shop.outside.stock["sku-1"] = { A: "many", B: -1 };
    await shop.ordersFor(1, 2);
    await shop.fulfil();
    const levels = async () =>
      (await shop.db.stock.findMany({ orderBy: { locationId: "asc" } })).map(({ onHand }) => onHand);
    const open = async () =>
      (await shop.db.problem.findMany({ where: { closedAt: null }, orderBy: { subjectKey: "asc" } })).map(
        ({ kind, subjectKey }) => `${kind} ${subjectKey}`,
      );
    expect(await levels()).toEqual([5, 3_000_000]);
    expect(await open()).toEqual(["STOCK_RECORD_UNREADABLE sku-1@A", "STOCK_RECORD_UNREADABLE sku-1@B"]);
    shop.outside.stock["sku-1"] = { A: 4 };
    await shop.ordersFor(1, 3);
    await shop.fulfil();
    expect([await levels(), await open()]).toEqual([[4, 0], []]);
  });

  it("does not plan at a location that an inventory discrepancy blocks", async () => {
    shop.outside.stock["sku-1"] = { A: 9, B: 9 };
    await shop.ordersFor(1, 1);
    const [{ id: productId }, { id: locationId }] = await Promise.all([
      shop.db.product.findFirstOrThrow(),
      shop.db.stockLocation.findFirstOrThrow({ where: { erpCode: "A" } }),
    ]);
    await shop.db.reservation.create({ data: { type: "INVENTORY_DISCREPANCY", quantity: 1, productId, locationId } });
    await shop.fulfil();
    expect(await shop.packages()).toEqual(["R1000P1@B:WAITING×1"]);
  });

  it("fetches by transfer what a scenario of the table allows, reserved at its source", async () => {
    shop.outside.stock["sku-1"] = { A: 2, B: 1 };
    await shop.ordersFor(1, 1, 3);
    await shop.db.distributionScenario.create({
      data: {
        name: "ship from A",
        rules: {
          create: {
            position: 1,
            name: "A",
            locationFilter: { include: ["A"] },
            sort: [{ by: "PRIORITY", direction: "asc" }],
            allowSplit: false,
            transferable: true,
          },
        },
      },
    });
    expect((await shop.fulfil()).result).toMatchObject({ transfers: 1 });
    expect(await shop.packages()).toEqual(["R1000P1@A:WAITING_FOR_TRANSFER×3"]);
    expect(await shop.db.transferOrder.findMany({ include: { source: true, items: true } })).toMatchObject([
      { number: "R1000P1T1", state: "WAITING", source: { erpCode: "B" }, items: [{ quantity: 1 }] },
    ]);
    expect(await shop.activeUnits()).toBe(3);
  });

  it("keeps a location's quota, whoever plans at once", async () => {
    shop.outside.locations[1] = rawLocation(2, "A", { max_quota: 3 });
    shop.outside.stock["sku-1"] = { A: 99 };
    await shop.ordersFor(1, 12);
    await shop.db.distributionScenario.create({
      data: { name: "by quota", rules: { create: { position: 1, name: "quota", selectByQuota: true } } },
    });
    await Promise.all(Array.from({ length: 4 }, () => shop.fulfil({}, { omsPlanBatchSize: 2, omsPlanHelpers: 0 })));
    expect(await shop.db.package.count({ where: { state: "WAITING" } })).toBe(3);
    expect(await shop.db.package.count({ where: { state: "OUT_OF_STOCK" } })).toBe(9);
  });

  it("refuses to plan by a scenario it does not understand", async () => {
    await shop.ordersFor(1, 1);
    await shop.db.distributionScenario.create({ data: { name: "typo", conditions: { chanels: [1] } } });
    await expect(shop.fulfil()).rejects.toThrow(
      /distribution scenario "typo" cannot be used: conditions: .*chanels.*nothing was planned/,
    );
    expect(await shop.packages()).toEqual([]);
  });

  it("says that a stock location is missing instead of losing the order", async () => {
    shop.outside.locations.length = 0;
    await shop.ordersFor(1, 1);
    await expect(shop.fulfil()).rejects.toThrow(/no active stock location is known/);
    shop.outside.locations.push(rawLocation(1, "central"));
    await shop.pull();
    expect((await shop.fulfil()).result).toMatchObject({ orders: 1, outOfStockPackages: 1 });
  });

  it("never plans an order without items, one that is not approved, or a cancelled item", async () => {
    shop.outside.stock["sku-3"] = { A: 9 };
    shop.outside.orders.push(rawOrder(1, { orderitem_set: [] }), rawOrder(2, { status: "200" }));
    shop.outside.orders.push(rawOrder(3, { orderitem_set: [rawItem(3), rawItem(4, { status: "100" })] }));
    await shop.pull();
    await shop.fulfil();
    expect(await shop.packages()).toEqual(["R3P1@A:WAITING×1"]);
    expect(
      (await shop.db.orderExecutionPlanItem.findMany({ orderBy: { orderItemId: "asc" } })).map(({ state }) => state),
    ).toEqual(["COMPLETED", "CANCELLED"]);
  });

  it("plans only what is new of a planned order: an item, more of another; what is gone is held", async () => {
    shop.outside.stock = { "sku-1": { A: 9 }, "sku-2": { A: 9 }, "sku-3": { A: 9 } };
    shop.outside.orders.push(rawOrder(1, { orderitem_set: [rawItem(1), rawItem(2)] }));
    await shop.pull();
    await shop.fulfil();
    shop.outside.orders[0] = rawOrder(1, {
      modified_date: "2026-11-20T11:00:00Z",
      orderitem_set: [rawItem(1, { quantity: 5 }), rawItem(3)],
    });
    await shop.pull();
    expect(await shop.db.problem.count()).toBe(0);
    expect((await shop.fulfil()).result).toMatchObject({ orders: 1, packages: 1 });
    expect(await shop.packages()).toEqual(["R1P1@A:CANCELLATION_WAITING×2", "R1P2@A:WAITING×5"]);
    const plan = await shop.db.orderExecutionPlan.findFirstOrThrow();
    expect(plan).toMatchObject({ attempts: 2, context: { attempts: [{ no: 1 }, { no: 2 }] } });
    expect((await shop.fulfil()).result).toMatchObject({ orders: 0 });
  });

  it("follows an order that changes before it is planned", async () => {
    shop.outside.stock = { "sku-1": { A: 9 }, "sku-2": { A: 9 } };
    shop.outside.orders.push(rawOrder(1, { orderitem_set: [rawItem(1), rawItem(2)] }));
    await shop.pull();
    shop.outside.orders[0] = rawOrder(1, {
      modified_date: "2026-11-20T11:00:00Z",
      orderitem_set: [rawItem(1, { quantity: 4 })],
    });
    await shop.pull();
    await shop.fulfil();
    expect(await shop.packages()).toEqual(["R1P1@A:WAITING×4"]);
    expect(await shop.db.problem.count()).toBe(0);
  });

  it("leaves an order for the next run that got an item nobody asked the engine about", async () => {
    shop.outside.stock = { "sku-1": { A: 9 }, "sku-2": { A: 9 } };
    shop.outside.orders.push(rawOrder(1));
    await shop.pull();
    let asked = 0;
    shop.outside.intercept = async (request) => {
      if (!request.url!.includes("stock/query") || (asked += 1) > 1) return false;
      shop.outside.orders[0] = rawOrder(1, {
        modified_date: "2026-11-20T11:00:00Z",
        orderitem_set: [rawItem(1), rawItem(2)],
      });
      await shop.pull();
      return false;
    };
    expect((await shop.fulfil()).result).toMatchObject({ orders: 0 });
    expect((await shop.fulfil()).result).toMatchObject({ orders: 1 });
    expect(await shop.packages()).toEqual(["R1P1@A:WAITING×2"]);
  });
});
