import { DAY_MS } from "@drumline/core/clock";
import { testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { deleteInactiveProducts } from "./delete-inactive-products.ts";
import { NOON, startEcomnowRun } from "../../test/ecomnow-run.ts";

let store: TestDatabase;
const ago = (days: number) => new Date(NOON.getTime() - days * DAY_MS);

async function addProduct(
  vendorId: bigint,
  sku: string,
  inactiveDays: number | null,
  deletedDays: number | null = null,
) {
  return await store.db.ecomnowProduct.create({
    data: {
      vendorId,
      sku,
      quantity: 0,
      rowHash: "00000000-0000-0000-0000-000000000000",
      isActive: inactiveDays === null,
      inactiveSince: inactiveDays === null ? null : ago(inactiveDays),
      deletedAt: deletedDays === null ? null : ago(deletedDays),
      createdAt: ago(400),
      updatedAt: ago(400),
    },
  });
}

async function addOrder(number: string, productId: bigint, status: "OPEN" | "COMPLETED") {
  return await store.db.ecomnowOrder.create({
    data: {
      number,
      status,
      currency: "EUR",
      paidMinor: 1000n,
      placedAt: NOON,
      createdAt: NOON,
      updatedAt: NOON,
      lines: { create: { lineNo: 1, productId, sku: "x", quantity: 1, priceMinor: 1000n } },
    },
    include: { lines: true },
  });
}

beforeAll(async () => {
  store = await testDatabase();
  const { db } = store;
  const strict = await db.ecomnowVendor.create({
    data: { code: "strict", name: "s", deleteInactiveAfterDays: 10, purgeAfterDays: 20 },
  });
  const patient = await db.ecomnowVendor.create({ data: { code: "patient", name: "p", deleteInactiveAfterDays: 300 } });
  await addProduct(strict.id, "active", null);
  await addProduct(strict.id, "recent", 9);
  await addProduct(strict.id, "old", 11);
  await addProduct(patient.id, "patient", 200);
  const ordered = await addProduct(strict.id, "ordered", 50);
  const carted = await addProduct(strict.id, "carted", 50);
  const refunded = await addProduct(strict.id, "refunded", 50);
  const bought = await addProduct(strict.id, "bought", 50);
  await addProduct(strict.id, "gone", 60, 21);
  const goneOrdered = await addProduct(strict.id, "gone-ordered", 60, 21);
  await addOrder("1", ordered.id, "OPEN");
  await addOrder("2", goneOrdered.id, "OPEN");
  await addOrder("3", bought.id, "COMPLETED");
  const returned = await addOrder("4", refunded.id, "COMPLETED");
  await db.ecomnowCart.create({ data: { updatedAt: NOON, lines: { create: { productId: carted.id, quantity: 1 } } } });
  await db.ecomnowRefund.create({
    data: {
      number: "R1",
      orderId: returned.id,
      amountMinor: 100n,
      updatedAt: NOON,
      lines: { create: { orderLineId: returned.lines[0]!.id, quantity: 1 } },
    },
  });
});
afterAll(() => store.close());

const skus = async () =>
  (await store.db.ecomnowProduct.findMany({ orderBy: { id: "asc" } })).map(
    ({ sku, deletedAt }) => `${sku}${deletedAt === null ? "" : "†"}`,
  );

describe("inactive products", () => {
  it("are listed by a dry run, and stay", async () => {
    const before = await skus();
    expect(await deleteInactiveProducts(startEcomnowRun(store.db, { dryRun: true }).context)).toEqual({
      wouldDo: [
        { vendor: "strict", sku: "gone", act: "purge" },
        { vendor: "strict", sku: "old", act: "delete" },
        { vendor: "strict", sku: "bought", act: "delete" },
      ],
      heldByReferences: 4,
    });
    expect(await skus()).toEqual(before);
  });

  it("go by their vendor's setting, but never one that an open order, cart or refund refers to", async () => {
    const result = await deleteInactiveProducts(startEcomnowRun(store.db).context);
    expect(result).toEqual({ deleted: 2, purged: 1, heldByReferences: 4 });
    expect(await skus()).toEqual([
      "active",
      "recent",
      "old†",
      "patient",
      "ordered",
      "carted",
      "refunded",
      "bought†",
      "gone-ordered†",
    ]);
    expect(await deleteInactiveProducts(startEcomnowRun(store.db).context)).toMatchObject({ deleted: 0, purged: 0 });
  });

  it("are free to go once what referred to them is done with; an order keeps its line", async () => {
    await store.db.ecomnowOrder.updateMany({ data: { status: "COMPLETED" } });
    await store.db.ecomnowRefund.updateMany({ data: { status: "CLOSED" } });
    await store.db.ecomnowCart.updateMany({ data: { isOpen: false } });
    const result = await deleteInactiveProducts(startEcomnowRun(store.db, { limit: 2 }).context);
    expect(result).toEqual({ deleted: 1, purged: 1, heldByReferences: 0 });
    expect(
      await deleteInactiveProducts(startEcomnowRun(store.db, { args: { vendors: ["strict"] } }).context),
    ).toMatchObject({ deleted: 2 });
    expect(await store.db.ecomnowOrderLine.findFirst({ where: { order: { number: "2" } } })).toMatchObject({
      productId: null,
      sku: "x",
    });
  });
});

describe("an inactive product that something open names by its SKU alone", () => {
  let vendorId: bigint;
  const run = () => deleteInactiveProducts(startEcomnowRun(store.db, { args: { vendors: ["late"] } }).context);
  const lateSkus = async () =>
    (await store.db.ecomnowProduct.findMany({ where: { vendorId }, orderBy: { id: "asc" } })).map(
      ({ sku, deletedAt }) => `${sku}${deletedAt === null ? "" : "†"}`,
    );
  const addLine = async (
    number: string,
    sku: string,
    status: "OPEN" | "COMPLETED",
    integrationId: bigint | null = null,
  ) =>
    await store.db.ecomnowOrder.create({
      data: {
        number,
        status,
        integrationId,
        externalId: number,
        currency: "EUR",
        paidMinor: 1000n,
        placedAt: NOON,
        createdAt: NOON,
        updatedAt: NOON,
        lines: { create: { lineNo: 1, sku, quantity: 1, priceMinor: 1000n } },
      },
    });

  it("stays, as it does while a refund is open that names no lines", async () => {
    const { db } = store;
    vendorId = (await db.ecomnowVendor.create({ data: { code: "late", name: "l", deleteInactiveAfterDays: 10 } })).id;
    const other = await db.ecomnowVendor.create({ data: { code: "other", name: "o" } });
    const client = await db.ecomnowCustomerIntegration.create({
      data: { code: "c", name: "c", baseUrl: "http://c", vendorId: other.id },
    });
    for (const sku of ["NEWSKU", "RETURNED", "OTHERS", "DONE"]) await addProduct(vendorId, sku, 40);
    await addLine("o1", "NEWSKU", "OPEN");
    const returned = await addLine("o2", "RETURNED", "COMPLETED");
    await db.ecomnowRefund.create({ data: { number: "r2", orderId: returned.id, amountMinor: 1n, updatedAt: NOON } });
    await addLine("o3", "OTHERS", "OPEN", client.id);
    await addLine("o4", "DONE", "COMPLETED");
    expect(await run()).toEqual({ deleted: 2, purged: 0, heldByReferences: 2 });
    expect(await lateSkus()).toEqual(["NEWSKU", "RETURNED", "OTHERS†", "DONE†"]);
    await db.ecomnowRefund.updateMany({ data: { status: "CLOSED" } });
    await db.ecomnowOrder.updateMany({ data: { status: "COMPLETED" } });
    expect(await run()).toMatchObject({ deleted: 2 });
  });
});
