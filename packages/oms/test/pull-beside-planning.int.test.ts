import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { Prisma } from "@drumline/db";
import { startTaskRun, type TestDatabase, testDatabase } from "@drumline/testing";

import { getOrdersFromOmnitron } from "../src/orders/get-orders-from-omnitron.ts";
import { type Outside, rawItem, rawOrder, startOutside } from "./local-omnitron.ts";

let store: TestDatabase;
let outside: Outside;
beforeEach(async () => {
  [store, outside] = await Promise.all([testDatabase(), startOutside()]);
});
afterEach(async () => {
  await Promise.all([store.close(), outside.close()]);
});

const pull = () => getOrdersFromOmnitron(startTaskRun(store.db, outside.gateways()).context);

describe("a pull beside a planner", () => {
  it("takes in orders of products whose foreign keys a planner holds at the moment", async () => {
    outside.orders.push(rawOrder(1, { orderitem_set: [rawItem(11)] }));
    await pull();
    // The same product again, as the planner reserves it: an upsert of the product would wait here, and deadlock under load.
    outside.orders.push(rawOrder(2, { orderitem_set: [{ ...rawItem(12), product: rawItem(11)["product"] }] }));
    await store.db.$transaction(async (planner) => {
      await planner.$queryRaw(Prisma.sql`SELECT FROM product FOR KEY SHARE`);
      expect(await pull()).toMatchObject({ created: 1 });
    });
  });

  it("takes over what changed about a product", async () => {
    outside.orders.push(rawOrder(1, { orderitem_set: [rawItem(11)] }));
    await pull();
    const renamed = { ...(rawItem(11)["product"] as object), name: "another name", barcode: "871" };
    outside.orders.push(rawOrder(2, { orderitem_set: [{ ...rawItem(12), product: renamed }] }));
    await pull();
    expect(await store.db.product.findFirstOrThrow({ where: { sku: "sku-11" } })).toMatchObject({
      name: "another name",
      barcode: "871",
    });
  });
});
