import { systemClock } from "@drumline/core/clock";
import { type Sandbox, startSandbox, testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, expect, it } from "@jest/globals";

import { DEMO_CARTS, DEMO_ORDERS, DEMO_PRODUCTS } from "./demo-shop.ts";
import { seedShop } from "./seed-shop.ts";

let database: TestDatabase;
let sandbox: Sandbox;
beforeAll(async () => {
  [database, sandbox] = await Promise.all([testDatabase(), startSandbox({ env: { SANDBOX_TOKEN: "key" } })]);
});
afterAll(() => Promise.all([database.close(), sandbox.close()]));

it("gives the shop products, orders with payments at the sandbox, parcels and carts, and only once", async () => {
  const { db } = database;
  expect(await seedShop(db, systemClock, { url: sandbox.url, token: "key" })).toBe(true);
  expect(await seedShop(db, systemClock, { url: sandbox.url, token: "key" })).toBe(false);
  const attempts = DEMO_ORDERS.flatMap(({ payments }) => payments);
  expect([
    await db.shopProduct.count(),
    await db.shopOrder.count(),
    await db.shopPayment.count(),
    await db.shopLabel.count(),
    await db.shopCart.count(),
    await db.shopStockSubscription.count(),
  ]).toEqual([
    DEMO_PRODUCTS.length,
    DEMO_ORDERS.length,
    attempts.length,
    DEMO_ORDERS.filter(({ isPacked }) => isPacked).length,
    DEMO_CARTS.length,
    1,
  ]);
  // Of the pieces that came in, some are held for the orders, and none is missing.
  expect(await db.shopProduct.count({ where: { onHand: { lt: 0 } } })).toBe(0);
  expect(await db.shopReservation.count({ where: { status: "HELD" } })).toBe(DEMO_ORDERS.length);
  // Nobody has asked yet, and the sandbox knows better.
  expect(await db.shopPayment.groupBy({ by: ["status"], _count: true })).toEqual([
    { status: "OPEN", _count: attempts.length },
  ]);
  const played = (await (await fetch(`${sandbox.url}/_sandbox/payments`)).json()) as { mollie: { status: string }[] };
  expect(played.mollie.filter(({ status }) => status === "paid")).toHaveLength(
    attempts.filter((outcome) => outcome.startsWith("paid")).length,
  );
});
