import { systemClock } from "@drumline/core/clock";
import { type Sandbox, startSandbox, testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { rebuildCategoriesIfNeeded } from "../src/categories/rebuild-categories-if-needed.ts";
import { exchangeWithBoxout, exchangeWithClients } from "../src/clients/exchange-with-clients.ts";
import { refundUpdates } from "../src/orders/refund-updates.ts";
import { updateProductsInventoryAndCbpVendors } from "../src/products/update-products-inventory-and-cbp-vendors.ts";
import { startEcomnowRun } from "./ecomnow-run.ts";

let store: TestDatabase;
let sandbox: Sandbox;

beforeAll(async () => {
  [store, sandbox] = await Promise.all([testDatabase(), startSandbox({ env: { SANDBOX_TOKEN: "t0ken" } })]);
});
afterAll(async () => {
  await Promise.all([store.close(), sandbox.close()]);
});
beforeEach(async () => {
  await store.db.ecomnowRefund.deleteMany();
  await store.db.ecomnowOrder.deleteMany();
  await store.db.ecomnowCustomerIntegration.deleteMany();
  await store.db.ecomnowVendor.updateMany({ data: { categoryBuildId: null } });
  await store.db.ecomnowProduct.deleteMany();
  await store.db.ecomnowVendor.deleteMany();
  await sandbox.setFaults([]);
});

const SECRET = "env:ECOMNOW_SECRET_SANDBOX";
const ORDER = `{"external_id": $string(no), "currency": currency, "paid_minor": $round($number(total) * 100), "placed_at": at,
  "lines": [positions.{"sku": art, "quantity": qty, "price_minor": $round($number(price) * 100)}]}`;
const SHIPMENT = `{"external_id": id, "order": $string(order), "tracking_number": tracking, "carrier": carrier, "status": state}`;
const REFUND = `{"external_id": id, "order": $string(order), "amount_minor": $round($number(amount) * 100)}`;
const STOCK = '{"article": sku, "available": quantity}';

type Handler = (context: never) => Promise<unknown>;

async function run(handler: Handler) {
  const { host } = new URL(sandbox.url);
  const started = startEcomnowRun(store.db, {
    settings: { ecomnowPrivateHosts: [host], refundChannelUrl: sandbox.url, refundChannelToken: "t0ken" },
    env: { ECOMNOW_SECRET_SANDBOX: "t0ken" },
    clock: systemClock,
  });
  return { ...started, result: (await handler(started.context as never)) as Record<string, number> };
}

async function addVendor(code: string, data: object = {}) {
  await store.db.ecomnowVendor.create({
    data: {
      code,
      name: code,
      kind: "CBP",
      feedUrl: `${sandbox.url}/vendors/${code}/feed.csv`,
      categoryUrl: `${sandbox.url}/vendors/${code}/categories`,
      authKind: "BEARER",
      authSecret: SECRET,
      ...data,
    },
  });
}

async function addClient(code: string, flows: readonly (readonly ["IN" | "OUT", string, string])[], data: object) {
  const paths = { ORDER: "/orders", SHIPMENT: "/shipments", REFUND: "/refunds", STOCK: "/stock", PRODUCT: "/products" };
  await store.db.ecomnowCustomerIntegration.create({
    data: {
      code,
      name: code,
      baseUrl: `${sandbox.url}/clients/${code}`,
      authSecret: SECRET,
      ...data,
      endpoints: {
        create: flows.map(([direction, entity, expression]) => ({
          direction,
          entity: entity as keyof typeof paths,
          path: paths[entity as keyof typeof paths],
          pageSize: 15,
          mapping: { create: { expression } },
        })),
      },
    },
  });
}

const due = () => store.db.ecomnowCustomerIntegrationEndpoint.updateMany({ data: { nextRunAt: null } });
const told = async (list: string): Promise<unknown[]> =>
  ((await (await fetch(`${sandbox.url}/_sandbox/clients`)).json()) as Record<string, unknown[]>)[list] ?? [];

describe("the sandbox's vendors", () => {
  it("serve feeds and categories that are taken in, and not again while they stand", async () => {
    await addVendor("north");
    await addVendor("south", {
      kind: "STOCK",
      feedFormat: "JSON_LINES",
      feedUrl: `${sandbox.url}/vendors/south/stock.jsonl`,
    });
    expect((await run(updateProductsInventoryAndCbpVendors)).result).toMatchObject({
      applied: 2,
      created: 400,
      bad: 0,
    });
    expect((await run(updateProductsInventoryAndCbpVendors)).result).toMatchObject({ created: 0, failed: 0, held: 0 });
    expect((await run(rebuildCategoriesIfNeeded)).result).toMatchObject({ rebuilt: 2 });
    expect((await run(rebuildCategoriesIfNeeded)).result).toMatchObject({ rebuilt: 0, unchanged: 2 });
  });

  it("are not believed when they break", async () => {
    await addVendor("north");
    for (const fault of [{ kind: "truncate" }, { kind: "status", status: 500 }, { kind: "reset" }]) {
      await sandbox.setFaults([{ match: "/vendors", ...fault }]);
      const { result } = await run(updateProductsInventoryAndCbpVendors);
      expect([fault, result["failed"]! + result["held"]!]).toEqual([fault, 1]);
    }
    expect(await store.db.ecomnowProduct.count()).toBe(0);
  });
});

/** Lets what was just stored be old enough to be told: clients hear of rows that the database stamped 5 s ago. */
const settle = () => store.db.$executeRaw`UPDATE ecomnow_product SET updated_at = updated_at - interval '6 s'`;

describe("the sandbox's clients", () => {
  it("give orders, shipments and refunds in pages, each client behind its own key, and hear of stock", async () => {
    await addVendor("north");
    await run(updateProductsInventoryAndCbpVendors);
    await settle();
    const flows = [
      ["IN", "ORDER", ORDER],
      ["IN", "SHIPMENT", SHIPMENT],
      ["IN", "REFUND", REFUND],
      ["OUT", "STOCK", STOCK],
    ] as const;
    await addClient("acme", flows, { authKind: "BEARER" });
    await addClient("globex", flows, { authKind: "BASIC", authName: "drumline" });
    await addClient("initech", flows, { authKind: "HEADER", authName: "X-Api-Key" });
    const { result, problems } = await run(exchangeWithClients);
    expect(problems).toEqual([]);
    expect(result).toMatchObject({ exchanged: 12, failed: 0, badRecords: 0 });
    const { db } = store;
    const [orders, shipments, refunds] = await Promise.all([
      db.ecomnowOrder.count(),
      db.ecomnowShipment.count(),
      db.ecomnowRefund.count(),
    ]);
    expect(orders).toBeGreaterThanOrEqual(120);
    expect(shipments).toBeGreaterThanOrEqual(100);
    expect(refunds).toBeGreaterThanOrEqual(9);
    expect(await db.ecomnowOrderLine.count({ where: { productId: null } })).toBe(0);
    expect(await told("initech/stock")).toHaveLength(100);

    expect((await run(refundUpdates)).result).toMatchObject({ accepted: refunds, rejected: 0 });
    expect(await told("channel/refunds")).toHaveLength(refunds);
    await due();
    const again = await run(exchangeWithClients);
    expect(again.result).toMatchObject({ exchanged: 12, failed: 0 });
    expect(await db.ecomnowOrder.count()).toBeLessThanOrEqual(orders + 6);
  });

  it("hear of a page once, also when its first answer is lost on the way", async () => {
    await addVendor("north");
    await run(updateProductsInventoryAndCbpVendors);
    await settle();
    await addClient("acme", [["OUT", "STOCK", STOCK]], { authKind: "BEARER" });
    const before = (await told("acme/stock")).length;
    await store.db.ecomnowProduct.deleteMany({ where: { sku: { gte: "north-0005" } } });
    await sandbox.setFaults([{ match: "/clients/acme", kind: "truncate", times: 1 }]);
    expect((await run(exchangeWithClients)).result).toMatchObject({ failed: 1 });
    await due();
    expect((await run(exchangeWithClients)).result).toMatchObject({ exchanged: 1, records: 5 });
    expect((await told("acme/stock")).length).toBe(Math.min(100, before + 5));
  });

  it.each([
    ["garbage", { kind: "garbage", as: "html" }],
    ["half of the JSON", { kind: "garbage", as: "cut-json" }],
    ["a 503", { kind: "status", status: 503 }],
    ["a reset", { kind: "reset" }],
  ])("that answer %s cost nothing but time", async (_what, fault) => {
    await addClient("acme", [["IN", "ORDER", ORDER]], { authKind: "BEARER" });
    await addClient("globex", [["IN", "ORDER", ORDER]], { authKind: "BASIC", authName: "drumline" });
    await sandbox.setFaults([{ match: "/clients/acme", ...fault }]);
    expect((await run(exchangeWithClients)).result).toMatchObject({ exchanged: 1, failed: 1 });
    await sandbox.setFaults([]);
    await due();
    expect((await run(exchangeWithClients)).result).toMatchObject({ exchanged: 2, failed: 0 });
  });

  it("turn a wrong key away, which is said without the key", async () => {
    await addClient("globex", [["IN", "ORDER", ORDER]], { authKind: "BASIC", authName: "somebody" });
    const { problems } = await run(exchangeWithClients);
    expect(problems).toEqual([
      { recordId: "globex ORDER IN", error: expect.stringContaining("does not accept our credentials") },
    ]);
    expect(JSON.stringify(problems)).not.toContain("t0ken");
  });
});

describe("the sandbox's Boxout", () => {
  it("gives orders and takes products and stock", async () => {
    await addVendor("north");
    await run(updateProductsInventoryAndCbpVendors);
    await settle();
    await addClient(
      "boxout",
      [
        ["IN", "ORDER", ORDER],
        ["OUT", "PRODUCT", '{"article": sku, "title": name, "cents": price_minor}'],
        ["OUT", "STOCK", STOCK],
      ],
      { authKind: "BEARER", task: "Boxout", baseUrl: `${sandbox.url}/boxout/v1` },
    );
    const { result, problems } = await run(exchangeWithBoxout);
    expect([problems, result]).toMatchObject([[], { exchanged: 3, failed: 0, badRecords: 0 }]);
    expect(await told("boxout/products")).toHaveLength(100);
    expect((await told("boxout/stock")).at(-1)).toMatchObject({ article: "north-0199" });
  });
});
