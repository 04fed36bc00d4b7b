import { manualClock } from "@drumline/core/clock";
import { InvalidConfiguration, readSettings } from "@drumline/core/config";
import type { JsonObject } from "@drumline/core/task";
import { saveEvents } from "@drumline/events/outbox";
import { startTaskRun, type TestDatabase, testDatabase } from "@drumline/testing";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";

import { killedAfter } from "../../test/killed-connection.ts";
import { AT, STOCK_GATEWAYS, stockOf, storeProducts } from "../../test/stock-under-test.ts";
import { inventorySettings } from "./settings.ts";
import { updateProductsInventory } from "./update-products-inventory.ts";

let store: TestDatabase;
beforeEach(async () => void (store = await testDatabase()));
afterEach(() => store.close());

const ON = { SHOP_STOCK_EVENTS_SINCE: AT.toISOString(), SHOP_STOCK_VENDORS: "acme, north" };
const minute = (minutes: number) => new Date(AT.getTime() + minutes * 60_000);
const run = (env: Record<string, string> = ON, { db = store.db, dryRun = false } = {}) =>
  updateProductsInventory(
    startTaskRun(db, { settings: readSettings(inventorySettings, env) }, { clock: manualClock(minute(60)), dryRun })
      .context,
  );
const tell = (eventType: string, payload: JsonObject, at = minute(1)) =>
  store.db.$transaction((tx) => saveEvents(tx, [{ eventType, entityType: "package", entityId: 1n, payload, at }]));
let packages = 0;
const pack = (items: Record<string, number>, more: JsonObject = {}, at = minute(1)) =>
  tell(
    "package.status.packed",
    {
      number: `P-${(packages += 1)}`,
      order_number: "O-1",
      location: "A",
      old_state: "PREPARING",
      state: "PACKED",
      command: "COMPLETE_PACKAGING",
      items: Object.entries(items).map(([sku, quantity], index) => ({ order_item_id: index + 1, sku, quantity })),
      ...more,
    },
    at,
  );
const problems = async () =>
  (await store.db.problem.findMany({ where: { closedAt: null }, orderBy: { id: "asc" } })).map(
    ({ kind, subjectKey }) => `${kind} ${subjectKey}`,
  );

describe("stock that follows the OMS and eComNow", () => {
  it("moves by what they tell, once, and says where from", async () => {
    await storeProducts(store.db, { a: 10, b: 10, c: 0 });
    await pack({ a: 2, b: 1 });
    await tell("ecomnow.stock.changed", { vendor: "acme", sku: "c", quantity: 7 });
    await tell("ecomnow.stock.changed", { vendor: "unknown", sku: "c", quantity: 9 }, minute(2));
    expect(await run(ON, { dryRun: true })).toMatchObject({ unreadEvents: 3, waiting: 0 });
    expect(await run()).toMatchObject({ taken: { events: 3, movements: 3, unreadable: 0 }, applied: 3 });
    expect(await run()).toMatchObject({ taken: { events: 0, movements: 0, unreadable: 0 }, applied: 0 });
    expect(await stockOf(store.db)).toEqual(["a: 8 - 0", "b: 9 - 0", "c: 7 - 0"]);
    const [movement] = await store.db.shopMovement.findMany({ where: { source: "oms" }, orderBy: { id: "asc" } });
    const [event] = await store.db.eventQueue.findMany({ where: { eventType: "package.status.packed" } });
    expect(movement).toMatchObject({ sourceRef: `${event!.id}/1`, actor: "oms", occurredAt: minute(1) });
  });

  it("follows nobody unless it is told since when, and then nothing older", async () => {
    await storeProducts(store.db, { a: 10 });
    await pack({ a: 1 }, {}, minute(-1));
    await pack({ a: 1 });
    const off = await updateProductsInventory(startTaskRun(store.db, STOCK_GATEWAYS).context);
    expect(off).not.toHaveProperty("taken");
    expect(await store.db.eventReader.count()).toBe(0);
    expect(await run()).toMatchObject({ taken: { events: 1 } });
    expect(await store.db.eventReader.count()).toBe(1);
    await updateProductsInventory(startTaskRun(store.db, STOCK_GATEWAYS).context);
    expect(await store.db.eventReader.count()).toBe(0);
    expect(await run()).toMatchObject({ taken: { events: 0 } });
    expect(await stockOf(store.db)).toEqual(["a: 9 - 0"]);
    expect(() => readSettings(inventorySettings, { SHOP_STOCK_EVENTS_SINCE: "2026-11-20" })).toThrow(
      InvalidConfiguration,
    );
  });

  it("follows only whom it is told to", async () => {
    await storeProducts(store.db, { a: 10 });
    await pack({ a: 1 });
    await tell("ecomnow.stock.changed", { vendor: "acme", sku: "a", quantity: 99 });
    expect(await run({ ...ON, SHOP_STOCK_EVENT_SOURCES: "oms" })).toMatchObject({ taken: { events: 1 } });
    expect(await stockOf(store.db)).toEqual(["a: 9 - 0"]);
    expect(await run()).toMatchObject({ taken: { events: 1 } });
  });

  it("does not count once more what the shop itself has sold", async () => {
    await storeProducts(store.db, { a: 10 });
    const order = { reference: "SHOP-1", currency: "EUR", totalMinor: 1n, placedAt: AT, createdAt: AT, updatedAt: AT };
    await store.db.shopOrder.create({ data: order });
    await pack({ a: 1 }, { order_number: "SHOP-1" });
    await pack({ a: 2 }, { order_number: "OTHER-1" });
    const lost = { state: "OUT_OF_STOCK", command: "DETECTED_OUT_OF_STOCK_ITEM" };
    const failed = { number: "P", order_number: "SHOP-1", location: "A", old_state: "PREPARING", ...lost };
    const items = [{ order_item_id: 1, sku: "a", quantity: 4 }];
    await tell("package.status.transitioned", { ...failed, items, attributes: { items: "all", discrepancy: true } });
    expect(await run()).toMatchObject({ taken: { events: 3, movements: 2 } });
    expect(await stockOf(store.db)).toEqual(["a: 4 - 0"]);
  });

  it("loses nothing: an unknown sku waits, and an unreadable body is a problem that stops no other", async () => {
    await storeProducts(store.db, { a: 10 });
    await pack({ a: 1, new: 3 });
    await pack({ a: 1 }, { items: [{ order_item_id: 1, sku: "a", quantity: "many" }] });
    await pack({ a: 1 });
    expect(await run()).toMatchObject({
      taken: { events: 3, movements: 3, unreadable: 1 },
      applied: 2,
      unknownSkus: 1,
    });
    const bad = (await store.db.problem.findFirst({ where: { kind: "STOCK_EVENT_UNREADABLE" } }))!;
    expect(bad).toMatchObject({ subjectType: "event", reason: expect.stringContaining("items.0.quantity") });
    expect(await store.db.eventQueue.findUnique({ where: { id: bad.subjectKey } })).not.toBeNull();
    expect(await problems()).toContain("MOVEMENT_OF_UNKNOWN_SKU new");
    await storeProducts(store.db, { new: 5 });
    await run();
    expect(await stockOf(store.db)).toEqual(["a: 8 - 0", "new: 2 - 0"]);
    expect(await problems()).toEqual([`STOCK_EVENT_UNREADABLE ${bad.subjectKey}`]);
  });

  it("is right wherever a run is killed in between", async () => {
    await storeProducts(store.db, { a: 100 });
    for (let nth = 1; nth <= 9; nth += 1) {
      await pack({ a: 1 });
      await run(ON, { db: killedAfter(store.db, nth) }).catch(() => {});
    }
    await run();
    expect(await stockOf(store.db)).toEqual(["a: 91 - 0"]);
    expect(await store.db.eventReading.count()).toBe(9);
  });

  it("is right with several workers at once, over more than one batch", async () => {
    await storeProducts(store.db, { a: 10_000, b: 10_000 });
    await store.db.$transaction(async (tx) => {
      const payload = { number: "P", order_number: "O", location: "A", old_state: "PREPARING", state: "PACKED" };
      const items = [
        { order_item_id: 1, sku: "a", quantity: 2 },
        { order_item_id: 2, sku: "b", quantity: 1 },
      ];
      await saveEvents(
        tx,
        Array.from({ length: 2_300 }, (_, index) => ({
          eventType: "package.status.packed",
          entityType: "package",
          entityId: BigInt(index),
          payload: { ...payload, command: "COMPLETE_PACKAGING", items },
          at: minute(1),
        })),
      );
    });
    await Promise.all([run(), run(), run()]);
    await run();
    expect(await stockOf(store.db)).toEqual(["a: 5400 - 0", "b: 7700 - 0"]);
  });
});
