import { randomUUID } from "node:crypto";

import { deleteOldRecords } from "@drumline/db";
import { type TestDatabase, testDatabase } from "@drumline/testing";
import { afterAll, beforeAll, expect, it } from "@jest/globals";

import { putConfirmedOrder } from "../test/confirmed-orders.ts";
import { toShopRetention } from "./retention.ts";

const BEFORE = new Date("2026-06-01T00:00:00Z");
const OLD = new Date("2026-05-01T00:00:00Z");
const YOUNG = new Date("2026-07-01T00:00:00Z");
const DAYS = {
  shopNoticeRetentionDays: 1,
  shopMailReportRetentionDays: 1,
  shopSubscriptionRetentionDays: 1,
  shopCartRetentionDays: 1,
  shopLabelRetentionDays: 1,
};

let store: TestDatabase;
beforeAll(async () => void (store = await testDatabase()));
afterAll(() => store.close());

async function clean(): Promise<Record<string, number>> {
  const deleted: Record<string, number> = {};
  const { signal } = new AbortController();
  for (const rule of toShopRetention(DAYS))
    deleted[rule.table] = await deleteOldRecords(store.db, rule, {
      before: BEFORE,
      at: BEFORE,
      batchSize: 1,
      limit: 1e6,
      signal,
    });
  return deleted;
}

it("lets go what was told, reported, ended or anonymised long ago, and labels of parcels at their end; the rest stays", async () => {
  const { db } = store;
  const { id: orderId } = await putConfirmedOrder(db);
  const notice = { kind: "shipped", orderId, occurredAt: OLD, dueAt: OLD };
  await db.shopNotice.createMany({
    data: [
      { ...notice, key: "1", status: "DUE" },
      { ...notice, key: "2", status: "QUEUED", endedAt: OLD },
      { ...notice, key: "3", status: "SUPERSEDED", endedAt: OLD },
      { ...notice, key: "4", status: "QUEUED", endedAt: YOUNG },
    ],
  });
  await db.shopMailReport.createMany({
    data: [OLD, YOUNG].map((at, no) => ({
      messageId: `m${no}`,
      emailHash: "h",
      kind: "TRANSIENT",
      occurredAt: at,
      receivedAt: at,
    })),
  });
  const product = await db.shopProduct.create({ data: { sku: "R", title: "R", createdAt: OLD, updatedAt: OLD } });
  const subscription = { productId: product.id, consentText: "yes", createdAt: OLD };
  await db.shopStockSubscription.createMany({
    data: [
      { ...subscription, status: "CONFIRMED", emailKey: "a@example.com" },
      { ...subscription, status: "NOTIFIED", emailKey: "b@example.com" },
      ...(["BOUGHT", "EXPIRED", "UNSUBSCRIBED"] as const).map((status) => ({ ...subscription, status, endedAt: OLD })),
      { ...subscription, status: "EXPIRED", endedAt: YOUNG },
    ],
  });
  const cart = { currency: "EUR", lastActivityAt: OLD, createdAt: OLD };
  for (const [status, updatedAt] of [
    ["ANONYMISED", OLD],
    ["ANONYMISED", YOUNG],
    ["OPEN", OLD],
    ["LEAD", OLD],
  ] as const)
    await db.shopCart.create({
      data: {
        ...cart,
        reference: randomUUID(),
        status,
        updatedAt,
        lines: { create: [{ lineNo: 1, sku: "R", title: "R", quantity: 1, priceMinor: 1n }] },
      },
    });
  for (const [parcelStatus, status, createdAt] of [
    ["DELIVERED", "BOUGHT", OLD],
    ["CANCELLED", "VOIDED", OLD],
    ["CANCELLED", "VOIDING", OLD],
    ["SHIPPED", "BOUGHT", OLD],
    ["DELIVERED", "BOUGHT", YOUNG],
  ] as const) {
    const reference = randomUUID();
    const parcel = { reference, orderId, carrier: "postnl", packedAt: OLD, status: parcelStatus };
    const label = { id: reference, reference, status, createdAt };
    await db.shopParcel.create({ data: { ...parcel, labels: { create: [label] } } });
  }
  expect(await clean()).toEqual({
    shop_notice: 2,
    shop_mail_report: 1,
    shop_stock_subscription: 3,
    shop_cart: 1,
    shop_label: 2,
  });
  expect((await db.shopNotice.findMany({ orderBy: { id: "asc" } })).map(({ key }) => key)).toEqual(["1", "4"]);
  expect(await db.shopStockSubscription.count()).toBe(3);
  expect([await db.shopCart.count(), await db.shopCartLine.count()]).toEqual([3, 3]);
  expect(await db.shopParcel.count()).toBe(5);
  expect(Object.values(await clean())).toEqual([0, 0, 0, 0, 0]);
});

it("keeps reports for as long as they are counted, however few days are set, and all of them where none are", () => {
  const daysOf = (shopMailReportRetentionDays: number) =>
    toShopRetention({ ...DAYS, shopMailReportRetentionDays }).find(({ table }) => table === "shop_mail_report")!.days;
  expect([0, 1, 90].map(daysOf)).toEqual([0, 31, 90]);
});
