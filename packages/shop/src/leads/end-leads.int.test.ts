import { testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { emptyShop, NOON, putLead } from "../../test/left-carts.ts";
import { takeOrder } from "../payments/take-order.ts";

describe("an order that comes in", () => {
  let store: TestDatabase;
  beforeAll(async () => void (store = await testDatabase()));
  afterAll(() => store.close());
  beforeEach(() => emptyShop(store.db));

  const order = (sku: string, email: string) => ({
    reference: `O-${sku}-${email}`,
    customer: null,
    cartReference: null,
    email,
    name: "Ada",
    phone: null,
    locale: "en",
    timeZone: null,
    currency: "EUR",
    totalMinor: 1_250n,
    placedAt: NOON,
    payBy: null,
    shipTo: {},
    lines: [{ sku, title: sku, quantity: 1, priceMinor: 1_250n }],
    payments: [],
  });

  it("ends the lead of whoever has bought the thing now, and nobody else's", async () => {
    const lead = await putLead(store.db, { skus: ["MUG", "CUP"] });
    const ofOther = await putLead(store.db, { email: "grace@example.com" });
    await takeOrder(store.db, order("PLATE", "ada@example.com"), NOON);
    expect(await store.db.shopLead.count({ where: { status: "OPEN" } })).toBe(2);
    await takeOrder(store.db, order("CUP", " ADA@example.com"), NOON);
    const statuses = await store.db.shopLead.findMany({ select: { id: true, status: true }, orderBy: { id: "asc" } });
    expect(statuses).toEqual([
      { id: lead, status: "BOUGHT" },
      { id: ofOther, status: "OPEN" },
    ]);
  });
});
