import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import type { JsonObject, JsonValue } from "@drumline/core/task";
import { testDatabase, type TestDatabase } from "@drumline/testing";
import fc from "fast-check";

import { upsertCancellationPlans } from "../src/cancellations/upsert-plans.ts";
import { loadLocations } from "../src/planning/fulfilment/location.sql.ts";
import { insertMissingStock } from "../src/planning/fulfilment/stock.sql.ts";
import { parseStock } from "../src/gateways/inventory/parse-stock.ts";
import { parseCancellationPlan } from "../src/gateways/omnitron/parse-cancellation-plan.ts";
import { parseLocation } from "../src/gateways/omnitron/parse-location.ts";
import { parseOrder } from "../src/gateways/omnitron/parse-order.ts";
import { isObject, readRecord } from "../src/gateways/omnitron/read-record.ts";
import { loadKnownLocations, saveLocations } from "../src/orders/location.sql.ts";
import { upsertOrders } from "../src/orders/upsert-orders.ts";
import { goodAnswers } from "./good-answers.ts";
import { recordsNear } from "./hostile-json.ts";

const AT = new Date("2026-11-20T12:00:00Z");

let store: TestDatabase;
beforeAll(async () => void (store = await testDatabase()));
afterAll(() => store.close());

/** The seed is fixed: what is stored is the same in every run of the test. */
const sample = (good: JsonValue, count: number) => fc.sample(recordsNear(good, 2), { numRuns: count, seed: 7 });

/** The record with names of its own, so that it meets no other; where the names are hostile they stay. */
function named(raw: JsonValue, no: number): JsonValue {
  if (!isObject(raw)) return raw;
  const items = Array.isArray(raw["orderitem_set"])
    ? { orderitem_set: raw["orderitem_set"].map((item, index) => namedItem(item, no * 100 + index)) }
    : {};
  return {
    ...raw,
    ...(raw["pk"] === 1 ? { pk: no } : {}),
    ...(raw["number"] === "R1" ? { number: `R${no}` } : {}),
    ...items,
  };
}
const namedItem = (raw: JsonValue, no: number): JsonValue => {
  if (!isObject(raw)) return raw;
  const product = raw["product"];
  return {
    ...raw,
    pk: no,
    ...(isObject(product!)
      ? {
          product: {
            ...product,
            pk: no,
            ...(typeof product["sku"] === "string" && product["sku"].startsWith("sku-") ? { sku: `sku-${no}` } : {}),
          },
        }
      : {}),
  };
};
const asStored = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const inOrder = (rows: readonly (readonly unknown[])[]): string[] => rows.map((row) => row.join(" | ")).toSorted();

describe("what is accepted is stored, and comes back as it was read:", () => {
  it("orders", async () => {
    const readings = sample(goodAnswers.order, 600).map((raw, index) => readRecord(named(raw, index + 10), parseOrder));
    const good = new Map(readings.flatMap((reading) => (reading.ok ? [[reading.value.pk, reading] as const] : [])));
    expect(good.size).toBeGreaterThan(100);
    const { plan } = await store.db.$transaction((tx) => upsertOrders(tx, readings, AT));
    const stored = await store.db.order.findMany({ include: { items: { include: { product: true } }, channel: true } });
    expect(stored.length).toBeGreaterThan(100);
    expect(stored).toHaveLength(plan.created.length);
    for (const order of stored) {
      const { value, payload } = good.get(order.omnitronId)!;
      expect(order).toMatchObject({
        number: value.number,
        remoteStatus: value.status,
        currency: value.currency,
        amountMinor: value.amountMinor,
        placedAt: value.placedAt,
        remoteModifiedAt: value.modifiedAt,
        paymentType: value.paymentType,
        cargoCompany: value.cargoCompany,
        customerType: value.customerType,
        address: asStored(value.address),
        channel: { omnitronId: value.channel.pk },
      });
      expect(order.payload).toEqual(asStored(payload));
      expect(
        inOrder(
          order.items.map(({ omnitronId, quantity, priceMinor, product: { sku, name } }) => [
            omnitronId,
            quantity,
            priceMinor,
            sku,
            name,
          ]),
        ),
      ).toEqual(
        inOrder(
          value.items.map(({ pk, quantity, priceMinor, product: { sku, name } }) => [
            pk,
            quantity,
            priceMinor,
            sku,
            name,
          ]),
        ),
      );
    }
    // Taken in again, none of it is news.
    const again = await store.db.$transaction((tx) => upsertOrders(tx, readings, AT));
    expect(again.plan).toMatchObject({ created: [], changed: [] });
    expect(await store.db.problem.count()).toBeGreaterThan(0);
  });

  it("cancellation plans", async () => {
    const readings = sample(goodAnswers.cancellationPlan, 600).map((raw, index) =>
      readRecord(named(raw, index + 10), parseCancellationPlan),
    );
    const good = readings.flatMap((reading) => (reading.ok && reading.value.isWaiting ? [reading] : []));
    await store.db.$transaction((tx) => upsertCancellationPlans(tx, good, AT));
    const byPk = new Map(good.map((reading) => [reading.value.pk, reading]));
    const stored = await store.db.cancellationPlan.findMany({ include: { items: true } });
    expect(stored.length).toBe(byPk.size);
    expect(stored.length).toBeGreaterThan(100);
    for (const { omnitronId, remoteModifiedAt, orderNumber, items, payload } of stored) {
      const reading = byPk.get(omnitronId!)!;
      expect({ remoteModifiedAt, orderNumber, payload }).toEqual({
        remoteModifiedAt: reading.value.modifiedAt,
        orderNumber: reading.value.orderNumber,
        payload: asStored(reading.payload),
      });
      expect(inOrder(items.map(({ omnitronItemId, quantity }) => [omnitronItemId, quantity]))).toEqual(
        inOrder(reading.value.items.map(({ itemPk, quantity }) => [itemPk, quantity])),
      );
    }
  });

  it("stock locations", async () => {
    const readings = sample(goodAnswers.location, 600).map((raw, index) =>
      readRecord(named(raw, index + 10), parseLocation),
    );
    const good = readings.flatMap((reading, index) =>
      reading.ok ? [{ ...reading.value, pk: BigInt(index + 10), erpCode: `${index} ${reading.value.erpCode}` }] : [],
    );
    expect(good.length).toBeGreaterThan(100);
    await store.db.$transaction((tx) => saveLocations(tx, good));
    const known = await loadKnownLocations(
      store.db,
      good.map((value) => ({ ok: true, remoteId: String(value.pk), value, payload: {} as JsonObject })),
    );
    const byPk = new Map(known.map((location) => [location.pk, location]));
    for (const location of good) expect(byPk.get(location.pk)).toEqual(location);
  });

  it("stock levels", async () => {
    for (const raw of sample(goodAnswers.stock, 200)) {
      let answer;
      try {
        answer = parseStock(raw, ["a", "b"]);
      } catch {
        continue;
      }
      await insertMissingStock(store.db, answer.levels, answer.asOf);
      await loadLocations(store.db, {
        erpCodes: answer.levels.map(({ erpCode }) => erpCode),
        ids: [],
        countOpenPackages: false,
        lock: false,
      });
    }
    expect(await store.db.stock.count()).toBe(0);
  });
});
