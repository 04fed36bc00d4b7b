import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { Cancel, Snooze } from "@drumline/core/task";
import { Prisma } from "@drumline/db";
import { testDatabase, type TestDatabase } from "@drumline/testing";

import type { OmsTuning } from "../src/context.ts";
import { fulfilWaitingOrders } from "../src/fulfilment/fulfil-waiting-orders.ts";
import { findBrokenInvariants } from "../src/invariants.sql.ts";
import { getOrdersFromOmnitron } from "../src/orders/get-orders-from-omnitron.ts";
import { startRun } from "./oms-run.ts";
import { type Outside, rawItem, rawLocation, rawOrder, reply, startOutside } from "./outside.ts";

let store: TestDatabase;
let outside: Outside;
beforeEach(async () => {
  [store, outside] = await Promise.all([testDatabase(), startOutside()]);
  outside.locations.push(rawLocation(1, "central", { priority: 0 }), rawLocation(2, "A"), rawLocation(3, "B"));
});
afterEach(async () => {
  try {
    expect(await findBrokenInvariants(store.db)).toEqual([]);
  } finally {
    await Promise.all([store.close(), outside.close()]);
  }
});

/** Orders for `units` each of one product, pulled in. */
async function ordersFor(sku: number, count: number, units = 1): Promise<void> {
  const product = { pk: sku, sku: `sku-${sku}`, name: "thing", barcode: null };
  for (let pk = sku * 1_000; pk < sku * 1_000 + count; pk += 1)
    outside.orders.push(rawOrder(pk, { orderitem_set: [rawItem(pk, { quantity: units, product })] }));
  await pull();
}

const pull = () => getOrdersFromOmnitron(startRun(store.db, outside.gateways()).context);

async function fulfil(options: Parameters<typeof startRun>[2] = {}, tuning: Partial<OmsTuning> = {}) {
  const run = startRun(store.db, outside.gateways(tuning), options);
  return { ...run, result: await fulfilWaitingOrders(run.context) };
}

const packages = async () =>
  (await store.db.package.findMany({ orderBy: { number: "asc" }, include: { location: true, items: true } })).map(
    ({ number, location, state, items }) =>
      `${number}@${location.erpCode}:${state}×${items.reduce((sum, { quantity }) => sum + quantity, 0)}`,
  );

const activeUnits = async () =>
  (await store.db.reservation.aggregate({ where: { status: "ACTIVE" }, _sum: { quantity: true } }))._sum.quantity ?? 0;

describe("fulfil_waiting_orders", () => {
  it("makes the package, its reservation, plan with context, log lines and event", async () => {
    outside.stock["sku-1"] = { A: 5 };
    await ordersFor(1, 1, 2);
    expect((await fulfil()).result).toMatchObject({ orders: 1, packages: 1, outOfStockPackages: 0, shortUnits: 0 });
    expect(await packages()).toEqual(["R1000P1@A:WAITING×2"]);
    const planned = await store.db.package.findFirstOrThrow({
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
    const event = await store.db.eventQueue.findFirstOrThrow({ where: { eventType: "package.created" } });
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
    expect(await store.db.order.findFirstOrThrow()).toMatchObject({ claimedBy: null, claimedUntil: null });
  });

  it("keeps what is short in an out-of-stock package that will be planned again", async () => {
    outside.stock["sku-1"] = { A: 1 };
    await ordersFor(1, 1, 3);
    expect((await fulfil()).result).toMatchObject({ packages: 2, outOfStockPackages: 1, shortUnits: 2 });
    expect(await packages()).toEqual(["R1000P1@A:WAITING×1", "R1000P2@central:OUT_OF_STOCK×2"]);
    expect(await store.db.package.findFirst({ where: { state: "OUT_OF_STOCK" } })).toMatchObject({
      nextReplanAt: new Date("2026-11-20T12:30:00Z"),
    });
    expect(await store.db.orderExecutionPlan.findFirst()).toMatchObject({ state: "PENDING" });
  });

  it("changes nothing in a second pass", async () => {
    outside.stock["sku-1"] = { A: 2 };
    await ordersFor(1, 3);
    await fulfil();
    const before = await fingerprint();
    outside.asOf = "2026-11-20T13:00:00Z";
    expect((await fulfil()).result).toMatchObject({ orders: 0 });
    expect(await fingerprint()).toEqual(before);
  });

  it("never promises more than there is, whoever plans at once, and loses no order", async () => {
    for (const sku of [1, 2, 3]) outside.stock[`sku-${sku}`] = { A: 7, B: 4 };
    await Promise.all([ordersFor(1, 40), ordersFor(2, 40), ordersFor(3, 40)]);
    const runs = await Promise.all(Array.from({ length: 5 }, () => fulfil({}, { planBatchSize: 7, planHelpers: 0 })));
    const planned = runs.map(({ result }) => (result as { orders: number }).orders);
    expect(planned.reduce((sum, count) => sum + count, 0)).toBe(120);
    expect(await store.db.orderExecutionPlan.count()).toBe(120);
    expect(await activeUnits()).toBe(33);
    expect(await store.db.package.count({ where: { state: "OUT_OF_STOCK" } })).toBe(87);
    const over = await store.db.$queryRaw(Prisma.sql`
      SELECT stock.id FROM stock JOIN reservation USING (location_id, product_id)
      GROUP BY stock.id HAVING sum(quantity) > on_hand`);
    expect(over).toEqual([]);
  });

  it("leaves a living planner's claims alone and takes over a dead one's when they run out", async () => {
    outside.stock["sku-1"] = { A: 9 };
    await ordersFor(1, 2);
    const claim = (seconds: number) =>
      store.db.$executeRaw(Prisma.sql`
      UPDATE orders SET claimed_by = gen_random_uuid(), claimed_until = now() + make_interval(secs => ${seconds})
      WHERE number = 'R1000'`);
    await claim(60);
    expect((await fulfil()).result).toMatchObject({ orders: 1 });
    expect(await packages()).toEqual(["R1001P1@A:WAITING×1"]);
    await claim(-1);
    expect((await fulfil()).result).toMatchObject({ orders: 1 });
    expect(await packages()).toHaveLength(2);
  });

  it("goes on with its own claims when its run is tried again", async () => {
    outside.stock["sku-1"] = { A: 9 };
    await ordersFor(1, 1);
    const run = { id: "0196f6f0-0000-7000-8000-000000000001" };
    await store.db.$executeRaw(Prisma.sql`
      UPDATE orders SET claimed_by = ${run.id}::uuid, claimed_until = now() + interval '1 minute'`);
    expect((await fulfil({ run: { ...run, attempt: 2 } })).result).toMatchObject({ orders: 1 });
  });

  it("plans nothing for a planner that lost its claim while it asked the engine", async () => {
    outside.stock["sku-1"] = { A: 9 };
    await ordersFor(1, 1);
    outside.intercept = async (request) => {
      if (request.url!.includes("stock/query"))
        await store.db.$executeRaw(
          Prisma.sql`UPDATE orders SET claimed_by = gen_random_uuid(), claimed_until = now() + interval '1 minute'`,
        );
      return false;
    };
    expect((await fulfil()).result).toMatchObject({ orders: 0 });
    expect(await packages()).toEqual([]);
  });

  it("asks the engine while no transaction is open", async () => {
    outside.stock["sku-1"] = { A: 9 };
    await ordersFor(1, 3);
    const open: unknown[] = [];
    outside.intercept = async (request) => {
      if (request.url!.includes("stock/query"))
        open.push(
          ...(await store.db.$queryRaw<unknown[]>(Prisma.sql`
            SELECT query FROM pg_stat_activity
            WHERE datname = current_database() AND state LIKE 'idle in transaction%'`)),
        );
      return false;
    };
    expect((await fulfil()).result).toMatchObject({ orders: 3 });
    expect(open).toEqual([]);
  });

  it.each([
    ["is down", 503, Error, /answered 503/],
    ["refuses us", 401, Cancel, /Set INVENTORY_TOKEN/],
    ["has enough of us", 429, Snooze, /too many requests/],
  ])("plans nothing and frees its orders when the engine %s", async (_, status, kind, message) => {
    await ordersFor(1, 2);
    outside.intercept = (__, response) => reply(response, {}, status, status === 429 ? { "retry-after": "60" } : {});
    const failure = fulfil();
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toBeInstanceOf(kind);
    expect(await packages()).toEqual([]);
    expect(await store.db.order.count({ where: { claimedBy: null } })).toBe(2);
  });

  it.each([
    ["truncated JSON", '{"as_of":"2026'],
    ["JSON of another shape", '{"stock":{}}'],
  ])("plans nothing on %s", async (_, body) => {
    await ordersFor(1, 1);
    outside.intercept = (__, response) => response.end(body) !== null;
    await expect(fulfil()).rejects.toMatchObject({ code: "UNUSABLE_ANSWER" });
    expect(await packages()).toEqual([]);
  });

  it("treats an unknown SKU and a level that makes no sense as no stock, and says so once", async () => {
    outside.stock["sku-2"] = { A: -4, B: 1.5 };
    await ordersFor(1, 2);
    await ordersFor(2, 1);
    const { problems, result } = await fulfil({}, { planBatchSize: 1 });
    expect(result).toMatchObject({ orders: 3, outOfStockPackages: 3, unknownSkus: 1 });
    expect(problems.map(({ recordId }) => recordId)).toEqual(["sku sku-1", "sku sku-2", "sku sku-2"]);
    expect(problems[0]!.error).toMatch(/does not know this SKU/);
    expect(problems[1]!.error).toMatch(/a negative number of units/);
    const plan = await store.db.orderExecutionPlan.findFirstOrThrow({ orderBy: { id: "asc" } });
    expect(plan.context).toMatchObject({ attempts: [{ shortfalls: [{ reason: "UNKNOWN_SKU" }] }] });
  });

  it("lets the newer answer of the engine win, and forgets stock it no longer mentions", async () => {
    outside.stock["sku-1"] = { A: 5, B: 5, nowhere: 9 };
    await ordersFor(1, 1);
    await fulfil();
    outside.stock["sku-1"] = { A: 9 };
    outside.asOf = "2026-11-20T11:00:00Z";
    await ordersFor(1, 2);
    await fulfil();
    const onHand = async () =>
      (await store.db.stock.findMany({ include: { location: true }, orderBy: { locationId: "asc" } })).map(
        ({ location, onHand: units }) => [location.erpCode, units],
      );
    expect(await onHand()).toEqual([
      ["A", 5],
      ["B", 5],
    ]);
    outside.asOf = "2026-11-20T14:00:00Z";
    await ordersFor(1, 3);
    await fulfil();
    expect(await onHand()).toEqual([
      ["A", 9],
      ["B", 0],
    ]);
  });

  it("does not plan at a location that an inventory discrepancy blocks", async () => {
    outside.stock["sku-1"] = { A: 9, B: 9 };
    await ordersFor(1, 1);
    const [{ id: productId }, { id: locationId }] = await Promise.all([
      store.db.product.findFirstOrThrow(),
      store.db.stockLocation.findFirstOrThrow({ where: { erpCode: "A" } }),
    ]);
    await store.db.reservation.create({ data: { type: "INVENTORY_DISCREPANCY", quantity: 1, productId, locationId } });
    await fulfil();
    expect(await packages()).toEqual(["R1000P1@B:WAITING×1"]);
  });

  it("fetches by transfer what a scenario of the table allows, reserved at its source", async () => {
    outside.stock["sku-1"] = { A: 2, B: 1 };
    await ordersFor(1, 1, 3);
    await store.db.distributionScenario.create({
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
    expect((await fulfil()).result).toMatchObject({ transfers: 1 });
    expect(await packages()).toEqual(["R1000P1@A:WAITING_FOR_TRANSFER×3"]);
    expect(await store.db.transferOrder.findMany({ include: { source: true, items: true } })).toMatchObject([
      { number: "R1000P1T1", state: "WAITING", source: { erpCode: "B" }, items: [{ quantity: 1 }] },
    ]);
    expect(await activeUnits()).toBe(3);
  });

  it("keeps a location's quota, whoever plans at once", async () => {
    outside.locations[1] = rawLocation(2, "A", { max_quota: 3 });
    outside.stock["sku-1"] = { A: 99 };
    await ordersFor(1, 12);
    await store.db.distributionScenario.create({
      data: { name: "by quota", rules: { create: { position: 1, name: "quota", selectByQuota: true } } },
    });
    await Promise.all(Array.from({ length: 4 }, () => fulfil({}, { planBatchSize: 2, planHelpers: 0 })));
    expect(await store.db.package.count({ where: { state: "WAITING" } })).toBe(3);
    expect(await store.db.package.count({ where: { state: "OUT_OF_STOCK" } })).toBe(9);
  });

  it("refuses to plan by a scenario it does not understand", async () => {
    await ordersFor(1, 1);
    await store.db.distributionScenario.create({ data: { name: "typo", conditions: { chanels: [1] } } });
    await expect(fulfil()).rejects.toThrow(
      /distribution scenario "typo" cannot be used: conditions: .*chanels.*nothing was planned/,
    );
    expect(await packages()).toEqual([]);
  });

  it("says that a stock location is missing instead of losing the order", async () => {
    outside.locations.length = 0;
    await ordersFor(1, 1);
    await expect(fulfil()).rejects.toThrow(/no active stock location is known/);
    outside.locations.push(rawLocation(1, "central"));
    await pull();
    expect((await fulfil()).result).toMatchObject({ orders: 1, outOfStockPackages: 1 });
  });

  it("never plans an order without items, one that is not approved, or a cancelled item", async () => {
    outside.stock["sku-3"] = { A: 9 };
    outside.orders.push(rawOrder(1, { orderitem_set: [] }), rawOrder(2, { status: "200" }));
    outside.orders.push(rawOrder(3, { orderitem_set: [rawItem(3), rawItem(4, { status: "100" })] }));
    await pull();
    await fulfil();
    expect(await packages()).toEqual(["R3P1@A:WAITING×1"]);
    expect(
      (await store.db.orderExecutionPlanItem.findMany({ orderBy: { orderItemId: "asc" } })).map(({ state }) => state),
    ).toEqual(["COMPLETED", "CANCELLED"]);
  });

  it("plans only what is new of a planned order, and records what contradicts its packages", async () => {
    outside.stock = { "sku-1": { A: 9 }, "sku-2": { A: 9 }, "sku-3": { A: 9 } };
    outside.orders.push(rawOrder(1, { orderitem_set: [rawItem(1), rawItem(2)] }));
    await pull();
    await fulfil();
    outside.orders[0] = rawOrder(1, {
      modified_date: "2026-11-20T11:00:00Z",
      orderitem_set: [rawItem(1, { quantity: 5 }), rawItem(3)],
    });
    await pull();
    expect(await store.db.importProblem.findMany()).toMatchObject([
      {
        code: "PLANNED_ORDER_CHANGED",
        error: expect.stringMatching(/item 1 was 1 × sku-1 and is now 5 × sku-1; item 2 is gone/),
      },
    ]);
    expect((await fulfil()).result).toMatchObject({ orders: 1, packages: 1 });
    expect(await packages()).toEqual(["R1P1@A:WAITING×2", "R1P2@A:WAITING×1"]);
    const plan = await store.db.orderExecutionPlan.findFirstOrThrow();
    expect(plan).toMatchObject({ attempts: 2, context: { attempts: [{ no: 1 }, { no: 2 }] } });
    expect((await fulfil()).result).toMatchObject({ orders: 0 });
  });

  it("follows an order that changes before it is planned", async () => {
    outside.stock = { "sku-1": { A: 9 }, "sku-2": { A: 9 } };
    outside.orders.push(rawOrder(1, { orderitem_set: [rawItem(1), rawItem(2)] }));
    await pull();
    outside.orders[0] = rawOrder(1, {
      modified_date: "2026-11-20T11:00:00Z",
      orderitem_set: [rawItem(1, { quantity: 4 })],
    });
    await pull();
    await fulfil();
    expect(await packages()).toEqual(["R1P1@A:WAITING×4"]);
    expect(await store.db.importProblem.count()).toBe(0);
  });

  it("leaves an order for the next run that got an item nobody asked the engine about", async () => {
    outside.stock = { "sku-1": { A: 9 }, "sku-2": { A: 9 } };
    outside.orders.push(rawOrder(1));
    await pull();
    let asked = 0;
    outside.intercept = async (request) => {
      if (!request.url!.includes("stock/query") || (asked += 1) > 1) return false;
      outside.orders[0] = rawOrder(1, {
        modified_date: "2026-11-20T11:00:00Z",
        orderitem_set: [rawItem(1), rawItem(2)],
      });
      await pull();
      return false;
    };
    expect((await fulfil()).result).toMatchObject({ orders: 0 });
    expect((await fulfil()).result).toMatchObject({ orders: 1 });
    expect(await packages()).toEqual(["R1P1@A:WAITING×2"]);
  });

  it("asks for help with a backlog, on the first try of a whole run only", async () => {
    await ordersFor(1, 10);
    const tuning = { planBatchSize: 3, planHelpers: 2 };
    expect((await fulfil({ dryRun: true }, tuning)).helpers).toEqual([]);
    expect((await fulfil({ limit: 1 }, tuning)).helpers).toEqual([]);
    expect((await fulfil({ limit: 1, run: { attempt: 2 } }, tuning)).helpers).toEqual([]);
    const chunk = { no: 1, parentId: "0196f6f0-0000-7000-8000-000000000001" };
    const asking = startRun(store.db, outside.gateways(tuning));
    asking.abort();
    await expect(fulfilWaitingOrders(asking.context)).rejects.toThrow("asked to stop");
    expect(asking.helpers).toEqual([2]);
    const helper = await fulfil({ run: { chunk } }, tuning);
    expect(helper.helpers).toEqual([]);
    expect(helper.result).toMatchObject({ orders: 8 });
  });

  it("stops at the limit and at the abort signal, between two batches", async () => {
    outside.stock["sku-1"] = { A: 99 };
    await ordersFor(1, 10);
    expect((await fulfil({ limit: 4 }, { planBatchSize: 3 })).result).toMatchObject({ orders: 4 });
    const run = startRun(store.db, outside.gateways({ planBatchSize: 3 }));
    run.context.progress = run.abort;
    await expect(fulfilWaitingOrders(run.context)).rejects.toThrow("asked to stop");
    expect(await store.db.orderExecutionPlan.count()).toBe(7);
    expect(await store.db.order.count({ where: { claimedBy: null } })).toBe(10);
  });

  it("lists in a dry run what it would plan, and does nothing", async () => {
    outside.stock["sku-1"] = { A: 1, B: 1 };
    await ordersFor(1, 3);
    const before = await fingerprint();
    expect((await fulfil({ dryRun: true })).result).toMatchObject({
      orders: 3,
      packages: 3,
      outOfStockPackages: 1,
      wouldPlan: [
        { order: "R1000", packages: [{ number: "R1000P1", location: "A", items: [{ sku: "sku-1", quantity: 1 }] }] },
        { order: "R1001", packages: [{ location: "B" }] },
        { order: "R1002", packages: [{ location: "central", state: "OUT_OF_STOCK" }] },
      ],
    });
    expect(await fingerprint()).toEqual(before);
  });
});

async function fingerprint(): Promise<unknown> {
  const tables = [
    "orders",
    "stock",
    "reservation",
    "package",
    "package_item",
    "transfer_order",
    "order_execution_plan",
    "order_execution_plan_item",
    "event_queue",
    "state_transition_log",
  ];
  return await Promise.all(
    tables.map((table) =>
      store.db.$queryRaw(Prisma.sql`SELECT ${table}, count(*), sum(hashtext(t::text)) FROM ${Prisma.raw(table)} t`),
    ),
  );
}
