import { DAY_MS } from "@drumline/core/clock";
import { testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { loadHasWork } from "../src/has-work.ts";
import { putChoice } from "./audited-users.ts";
import { NOON } from "./ecomnow-run.ts";
import { fakeAws } from "./fake-aws.ts";

const YESTERDAY = new Date(NOON.getTime() - DAY_MS);
const TOMORROW = new Date(NOON.getTime() + DAY_MS);

describe("what eComNow has to do", () => {
  let store: TestDatabase;
  beforeAll(async () => {
    store = await testDatabase();
  });
  afterAll(() => store.close());

  const tasksWithWork = async (now = NOON) =>
    Object.entries(await loadHasWork(store.db, now)).flatMap(([task, hasWork]) => (hasWork ? [task] : []));

  it("is nothing in an empty database, but the audits, which only Cognito can tell", async () => {
    expect(await loadHasWork(store.db, NOON)).toEqual({
      UpdateProductsInventoryAndCBPVendors: false,
      DeleteInactiveProducts: false,
      RefundUpdates: false,
      RebuildCategoriesIfNeeded: false,
      eComNowClientsApiIntegrations: false,
      Boxout: false,
      PerformUserAudit: false,
      ApiStatusCheck: false,
    });
  });

  it("is known for each task by the rows that it would take", async () => {
    const { db } = store;
    const vendor = await db.ecomnowVendor.create({ data: { code: "acme", name: "Acme", deleteInactiveAfterDays: 1 } });
    expect(await tasksWithWork()).toEqual(["RebuildCategoriesIfNeeded"]);
    await db.ecomnowVendor.update({ where: { id: vendor.id }, data: { feedUrl: "https://acme.example/feed.csv" } });
    expect(await tasksWithWork()).toContain("UpdateProductsInventoryAndCBPVendors");
    await db.ecomnowVendor.updateMany({ data: { isActive: false } });
    expect(await tasksWithWork()).toEqual([]);

    await db.ecomnowVendor.updateMany({ data: { isActive: true, feedUrl: null } });
    await db.ecomnowProduct.create({
      data: {
        vendorId: vendor.id,
        sku: "S1",
        quantity: 0,
        rowHash: "00000000-0000-0000-0000-000000000000",
        isActive: false,
        inactiveSince: YESTERDAY,
        createdAt: YESTERDAY,
        updatedAt: YESTERDAY,
      },
    });
    expect(await tasksWithWork(YESTERDAY)).not.toContain("DeleteInactiveProducts");
    expect(await tasksWithWork()).toContain("DeleteInactiveProducts");
    await db.ecomnowProduct.deleteMany();
    await db.ecomnowVendor.deleteMany();

    const flow = { entity: "ORDER", direction: "IN", path: "/orders", nextRunAt: NOON } as const;
    const client = { name: "a client", baseUrl: "https://client.example", endpoints: { create: [flow] } };
    await db.ecomnowCustomerIntegration.create({ data: { code: "north", ...client } });
    await db.ecomnowCustomerIntegration.create({ data: { code: "boxout", task: "Boxout", ...client } });
    expect(await tasksWithWork(YESTERDAY)).toEqual([]);
    expect((await tasksWithWork()).sort()).toEqual(["Boxout", "eComNowClientsApiIntegrations"]);
    await db.ecomnowCustomerIntegrationEndpoint.updateMany({ data: { pausedAt: NOON } });
    expect(await tasksWithWork()).toEqual([]);

    await db.apiStatus.create({ data: { name: "shop", url: "https://shop.example" } });
    await putChoice(db, fakeAws(), { username: "ann", action: "DELETE_FROM_AWS" });
    expect((await tasksWithWork()).sort()).toEqual(["ApiStatusCheck", "PerformUserAudit"]);
  });

  it("counts refunds that changed, and those that are to be sent again by now", async () => {
    const { db } = store;
    const order = { number: "1", currency: "EUR", paidMinor: 100n, placedAt: NOON, createdAt: NOON, updatedAt: NOON };
    const refund = await db.ecomnowRefund.create({
      data: { number: "R1", amountMinor: 50n, updatedAt: NOON, order: { create: order } },
    });
    expect(await tasksWithWork()).toContain("RefundUpdates");
    await db.ecomnowRefundUpdate.create({
      data: {
        id: "6c5f0a56-5a3e-4a43-b6b5-4b8c3c0f4a11",
        refundId: refund.id,
        version: refund.version,
        amountMinor: 50n,
        refundStatus: "OPEN",
        nextAttemptAt: TOMORROW,
        createdAt: NOON,
      },
    });
    expect(await tasksWithWork()).not.toContain("RefundUpdates");
    expect(await tasksWithWork(TOMORROW)).toContain("RefundUpdates");
  });
});
