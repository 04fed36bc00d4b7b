import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { Prisma } from "@drumline/db";
import { startTaskRun } from "@drumline/testing";

import { fulfilWaitingOrders } from "../src/planning/fulfilment/fulfil-waiting-orders.ts";
import { findBrokenInvariants } from "../src/invariants.sql.ts";
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

describe("fulfil_waiting_orders", () => {
  it("makes the package, its reservation, plan with context, log lines and event", async () => {
    shop.outside.stock["sku-1"] = { A: 5 };
    await shop.ordersFor(1, 1, 2);
    expect((await shop.fulfil()).result).toMatchObject({
      orders: 1,
      packages: 1,
      outOfStockPackages: 0,
      shortUnits: 0,
    });
    expect(await shop.packages()).toEqual(["R1000P1@A:WAITING×2"]);
    const planned = await shop.db.package.findFirstOrThrow({
      include: { items: { include: { reservations: true } }, plan: { include: { items: true } } },
    });
    expect(planned.items[0]!.reservations).toMatchObject([
      { type: "ORDER", status: "ACTIVE", quantity: 2, locationId: planned.locationId },
    ]);
    expect(planned.plan).toMatchObject({
      state: "COMPLETED",
      attempts: 1,
      items: [{ state: "COMPLETED", packageItemId: planned.items[0]!.id }],
      context: {
        version: 1,
        attempts: [{ no: 1, at: "2026-11-20T12:00:00.000Z", trigger: "NEW", scenario: "built-in", outcome: "PLANNED" }],
      },
    });
    const event = await shop.db.eventQueue.findFirstOrThrow({ where: { eventType: "package.created" } });
    expect(event).toMatchObject({
      entityId: planned.id,
      payload: {
        number: "R1000P1",
        order_number: "R1000",
        location: "A",
        state: "WAITING",
        items: [{ sku: "sku-1", quantity: 2 }],
      },
    });
    expect(await shop.db.order.findFirstOrThrow()).toMatchObject({
      claimedBy: null,
      claimedUntil: null,
      hasPlan: true,
    });
  });

  it("keeps what is short in an out-of-stock package that will be planned again", async () => {
    shop.outside.stock["sku-1"] = { A: 1 };
    await shop.ordersFor(1, 1, 3);
    expect((await shop.fulfil()).result).toMatchObject({ packages: 2, outOfStockPackages: 1, shortUnits: 2 });
    expect(await shop.packages()).toEqual(["R1000P1@A:WAITING×1", "R1000P2@central:OUT_OF_STOCK×2"]);
    expect(await shop.db.package.findFirst({ where: { state: "OUT_OF_STOCK" } })).toMatchObject({
      nextReplanAt: new Date("2026-11-20T12:30:00Z"),
    });
    expect(await shop.db.orderExecutionPlan.findFirst()).toMatchObject({ state: "PENDING" });
  });

  it("changes nothing in a second pass", async () => {
    shop.outside.stock["sku-1"] = { A: 2 };
    await shop.ordersFor(1, 3);
    await shop.fulfil();
    const before = await shop.fingerprint();
    shop.outside.asOf = "2026-11-20T13:00:00Z";
    expect((await shop.fulfil()).result).toMatchObject({ orders: 0 });
    expect(await shop.fingerprint()).toEqual(before);
  });

  it("never promises more than there is, whoever plans at once, and loses no order", async () => {
    for (const sku of [1, 2, 3]) shop.outside.stock[`sku-${sku}`] = { A: 7, B: 4 };
    await Promise.all([shop.ordersFor(1, 40), shop.ordersFor(2, 40), shop.ordersFor(3, 40)]);
    const runs = await Promise.all(
      Array.from({ length: 5 }, () => shop.fulfil({}, { omsPlanBatchSize: 7, omsPlanHelpers: 0 })),
    );
    const planned = runs.map(({ result }) => (result as { orders: number }).orders);
    expect(planned.reduce((sum, count) => sum + count, 0)).toBe(120);
    expect(await shop.db.orderExecutionPlan.count()).toBe(120);
    expect(await shop.activeUnits()).toBe(33);
    expect(await shop.db.package.count({ where: { state: "OUT_OF_STOCK" } })).toBe(87);
    const over = await shop.db.$queryRaw(Prisma.sql`
      SELECT stock.id FROM stock JOIN reservation USING (location_id, product_id)
      GROUP BY stock.id HAVING sum(quantity) > on_hand`);
    expect(over).toEqual([]);
  });

  it("leaves a living planner's claims alone and takes over a dead one's when they run out", async () => {
    shop.outside.stock["sku-1"] = { A: 9 };
    await shop.ordersFor(1, 2);
    const claim = (seconds: number) =>
      shop.db.$executeRaw(Prisma.sql`
      UPDATE orders SET claimed_by = gen_random_uuid(), claimed_until = now() + make_interval(secs => ${seconds})
      WHERE number = 'R1000'`);
    await claim(60);
    expect((await shop.fulfil()).result).toMatchObject({ orders: 1 });
    expect(await shop.packages()).toEqual(["R1001P1@A:WAITING×1"]);
    await claim(-1);
    expect((await shop.fulfil()).result).toMatchObject({ orders: 1 });
    expect(await shop.packages()).toHaveLength(2);
  });

  it("goes on with its own claims when its run is tried again", async () => {
    shop.outside.stock["sku-1"] = { A: 9 };
    await shop.ordersFor(1, 1);
    const run = { id: "0196f6f0-0000-7000-8000-000000000001" };
    await shop.db.$executeRaw(Prisma.sql`
      UPDATE orders SET claimed_by = ${run.id}::uuid, claimed_until = now() + interval '1 minute'`);
    expect((await shop.fulfil({ run: { ...run, attempt: 2 } })).result).toMatchObject({ orders: 1 });
  });

  it("plans nothing for a planner that lost its claim while it asked the engine", async () => {
    shop.outside.stock["sku-1"] = { A: 9 };
    await shop.ordersFor(1, 1);
    shop.outside.intercept = async (request) => {
      if (request.url!.includes("stock/query"))
        await shop.db.$executeRaw(
          Prisma.sql`UPDATE orders SET claimed_by = gen_random_uuid(), claimed_until = now() + interval '1 minute'`,
        );
      return false;
    };
    expect((await shop.fulfil()).result).toMatchObject({ orders: 0 });
    expect(await shop.packages()).toEqual([]);
  });

  it("asks the engine while no transaction is open", async () => {
    shop.outside.stock["sku-1"] = { A: 9 };
    await shop.ordersFor(1, 3);
    const open: unknown[] = [];
    shop.outside.intercept = async (request) => {
      if (request.url!.includes("stock/query"))
        open.push(
          ...(await shop.db.$queryRaw<unknown[]>(Prisma.sql`
            SELECT query FROM pg_stat_activity
            WHERE datname = current_database() AND state LIKE 'idle in transaction%'`)),
        );
      return false;
    };
    expect((await shop.fulfil()).result).toMatchObject({ orders: 3 });
    expect(open).toEqual([]);
  });

  it("asks for help with a backlog, on the first try of a whole run only", async () => {
    await shop.ordersFor(1, 10);
    const settings = { omsPlanBatchSize: 3, omsPlanHelpers: 2 };
    expect((await shop.fulfil({ dryRun: true }, settings)).helpers).toEqual([]);
    expect((await shop.fulfil({ limit: 1 }, settings)).helpers).toEqual([]);
    expect((await shop.fulfil({ limit: 1, run: { attempt: 2 } }, settings)).helpers).toEqual([]);
    const chunk = { no: 1, parentId: "0196f6f0-0000-7000-8000-000000000001" };
    const asking = startTaskRun(shop.db, shop.outside.gateways(settings));
    asking.abort();
    await expect(fulfilWaitingOrders(asking.context)).rejects.toThrow("asked to stop");
    expect(asking.helpers).toEqual([2]);
    const helper = await shop.fulfil({ run: { chunk } }, settings);
    expect(helper.helpers).toEqual([]);
    expect(helper.result).toMatchObject({ orders: 8 });
  });

  it("stops at the limit and at the abort signal, between two batches", async () => {
    shop.outside.stock["sku-1"] = { A: 99 };
    await shop.ordersFor(1, 10);
    expect((await shop.fulfil({ limit: 4 }, { omsPlanBatchSize: 3 })).result).toMatchObject({ orders: 4 });
    const run = startTaskRun(shop.db, shop.outside.gateways({ omsPlanBatchSize: 3 }));
    run.context.progress = run.abort;
    await expect(fulfilWaitingOrders(run.context)).rejects.toThrow("asked to stop");
    expect(await shop.db.orderExecutionPlan.count()).toBe(7);
    expect(await shop.db.order.count({ where: { claimedBy: null } })).toBe(10);
  });

  it("lists in a dry run what it would plan, and does nothing", async () => {
    shop.outside.stock["sku-1"] = { A: 1, B: 1 };
    await shop.ordersFor(1, 3);
    const before = await shop.fingerprint();
    expect((await shop.fulfil({ dryRun: true })).result).toMatchObject({
      orders: 3,
      packages: 3,
      outOfStockPackages: 1,
      wouldPlan: [
        { order: "R1000", packages: [{ number: "R1000P1", location: "A", items: [{ sku: "sku-1", quantity: 1 }] }] },
        { order: "R1001", packages: [{ location: "B" }] },
        { order: "R1002", packages: [{ location: "central", state: "OUT_OF_STOCK" }] },
      ],
    });
    expect(await shop.fingerprint()).toEqual(before);
  });
});
