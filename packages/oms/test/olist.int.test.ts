import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { Prisma } from "@drumline/db";
import { type Sandbox, startSandbox, startTaskRun, testDatabase, type TestDatabase } from "@drumline/testing";

import { createOmsGateways, type OmsGateways } from "../src/gateways/create-gateways.ts";
import { omsHandlers, omsSettings, type OmsSettings } from "../src/index.ts";
import { findBrokenInvariants } from "../src/invariants.sql.ts";
import { readSettings } from "@drumline/core/config";

const FOLDER = fileURLToPath(new URL("../../../../shared/data/olist/train", import.meta.url));
const isThere = existsSync(FOLDER);
if (!isThere) process.stderr.write(`skipped: real orders are not at ${FOLDER}\n`);

const pull = omsHandlers["oms.orders.tasks.get_orders_from_omnitron"];
const fulfil = omsHandlers["oms.fulfilment.tasks.fulfil_waiting_orders"];

(isThere || process.env["CI"] === "true" ? describe : describe.skip)("10,229 real orders", () => {
  let sandbox: Sandbox;
  let store: TestDatabase;
  let gateways: OmsGateways<OmsSettings>;

  beforeAll(async () => {
    [sandbox, store] = await Promise.all([
      startSandbox({ dataDir: FOLDER, env: { SANDBOX_SPEED: "100000" } }),
      testDatabase(),
    ]);
    gateways = createOmsGateways(readSettings(omsSettings, { OMNITRON_URL: sandbox.url, INVENTORY_URL: sandbox.url }));
    await showAllOrders(sandbox.url);
  });
  afterAll(async () => {
    await Promise.all([sandbox?.close(), store?.close()]);
  });

  it("come in whole, and not again by a second pull", async () => {
    const run = startTaskRun(store.db, gateways);
    expect(await timed("pull", 10_229, () => pull(run.context))).toMatchObject({
      pulled: 10_229,
      created: 10_229,
      problems: 56,
      locations: { pulled: 3_096, changed: 3_096, problems: 0 },
    });
    expect(new Set(run.problems.map(({ error }) => error.split(":")[0]))).toEqual(new Set(["NO_ITEMS"]));
    const before = await everything();
    const again = startTaskRun(store.db, gateways);
    expect(await pull(again.context)).toMatchObject({ created: 0, changed: 0, locations: { changed: 0 } });
    expect(again.problems).toEqual([]);
    expect(await everything()).toEqual(before);
  }, 600_000);

  it("are planned once, one package per seller, every unit reserved and none twice", async () => {
    const run = startTaskRun(store.db, gateways);
    const result = await timed("plan", 10_173, () => fulfil(run.context));
    expect(result).toMatchObject({ orders: 10_173, transfers: 0, unknownSkus: 0 });
    expect(await findBrokenInvariants(store.db)).toEqual([]);
    expect(
      await oneRow(Prisma.sql`
      SELECT count(*)::int AS planned, count(*) FILTER (WHERE state = 'COMPLETED')::int AS completed
      FROM order_execution_plan`),
    ).toEqual({ planned: 10_173, completed: 10_173 });
    expect(
      await oneRow(Prisma.sql`
      SELECT count(*)::int AS units,
        count(*) FILTER (WHERE packages = 1)::int AS in_one_package,
        count(*) FILTER (WHERE reserved = 1)::int AS reserved_once,
        count(*) FILTER (WHERE location = seller)::int AS at_its_seller
      FROM (
        SELECT item.attributes ->> 'seller' AS seller, count(package.id) AS packages, max(location.erp_code) AS location,
          (SELECT sum(quantity) FROM reservation
            WHERE reservation.package_item_id = max(package_item.id) AND type = 'ORDER' AND status = 'ACTIVE') AS reserved
        FROM order_item item
        LEFT JOIN package_item ON package_item.order_item_id = item.id
        LEFT JOIN package ON package.id = package_item.package_id AND package.state <> 'CANCELLED'
        LEFT JOIN stock_location location ON location.id = package.location_id
        GROUP BY item.id
      ) unit`),
    ).toEqual({ units: 11_702, in_one_package: 11_702, reserved_once: 11_702, at_its_seller: 11_702 });
    expect(
      await oneRow(Prisma.sql`
      SELECT (SELECT count(*)::int FROM package) AS packages,
        (SELECT count(DISTINCT (order_id, attributes ->> 'seller'))::int FROM order_item) AS sellers_of_orders`),
    ).toEqual({
      packages: (result as { packages: number }).packages,
      sellers_of_orders: (result as { packages: number }).packages,
    });
  }, 600_000);

  it("stay as they are when they are planned again", async () => {
    const before = await everything();
    expect(await fulfil(startTaskRun(store.db, gateways).context)).toMatchObject({ orders: 0 });
    expect(await everything()).toEqual(before);
  });

  /** A fingerprint of every table the two tasks write, except when the cursor was last read to its end. */
  async function everything(): Promise<object[]> {
    const tables = [
      "channel",
      "product",
      "stock_location",
      "orders",
      "order_item",
      "stock",
      "reservation",
      "package",
      "package_item",
      "order_execution_plan",
      "order_execution_plan_item",
      "event_queue",
      "state_transition_log",
    ];
    return await Promise.all(
      tables.map((table) =>
        store.db.$queryRaw<object>(
          Prisma.sql`SELECT ${table} AS name, count(*)::int, sum(hashtext(t::text)) AS sum FROM ${Prisma.raw(table)} t`,
        ),
      ),
    );
  }

  async function oneRow(query: Prisma.Sql): Promise<unknown> {
    return (await store.db.$queryRaw<unknown[]>(query))[0];
  }
});

/** For whoever reads the log: what it took here. */
async function timed<Result>(what: string, orders: number, work: () => Promise<Result>): Promise<Result> {
  const startedAt = performance.now();
  const result = await work();
  const seconds = (performance.now() - startedAt) / 1_000;
  process.stderr.write(
    `${what}: ${Math.round(orders / seconds)} orders/s, ${Math.round(process.memoryUsage().rss / 2 ** 20)} MB\n`,
  );
  return result;
}

async function showAllOrders(url: string): Promise<void> {
  await fetch(`${url}/_sandbox/clock`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ virtualNow: "2018-12-31T00:00:00Z" }),
  });
  const state = (await (await fetch(`${url}/_sandbox/state`)).json()) as { ordersVisible: number };
  expect(state.ordersVisible).toBe(10_229);
}
