import { emailHashOf } from "@drumline/core/text";
import { testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import {
  emptyShop,
  hoursBefore,
  NOON,
  putCart,
  putCustomer,
  putLead,
  putOrderOfCart,
  putProduct,
} from "../../test/left-carts.ts";
import { endLeads } from "./end-leads.sql.ts";
import { type LeadStop, loadLeadStops } from "./lead-stops.sql.ts";

describe("a lead is not reminded", () => {
  let stores: TestDatabase;
  beforeAll(async () => {
    stores = await testDatabase();
  });
  afterAll(() => stores.close());
  beforeEach(() => emptyShop(stores.db));

  const stopOf = async (leadId: bigint, now = NOON): Promise<LeadStop | undefined> =>
    (await stores.db.$transaction((tx) => loadLeadStops(tx, [leadId], now))).get(leadId);

  it("unless nothing speaks against it", async () => {
    expect(await stopOf(await putLead(stores.db))).toBeUndefined();
  });

  it("of what the same person bought as a guest, in other letter case", async () => {
    const lead = await putLead(stores.db, { email: " ADA@example.COM " });
    await putOrderOfCart(stores.db, { email: "ada@Example.com" });
    expect(await stopOf(lead)).toBe("BOUGHT");
  });

  it("of what the same person bought by an account, from another cart", async () => {
    const lead = await putLead(stores.db);
    const customerId = await putCustomer(stores.db, "ada@example.com");
    await putOrderOfCart(stores.db, { email: "office@example.com", customerId, cartId: await putCart(stores.db) });
    expect(await stopOf(lead)).toBe("BOUGHT");
  });

  it("of a cart of which one thing of two was bought", async () => {
    const lead = await putLead(stores.db, { skus: ["MUG", "POT"] });
    await putOrderOfCart(stores.db, { skus: ["TEA", "POT"] });
    expect(await stopOf(lead)).toBe("BOUGHT");
  });

  it("of a cart that was ordered itself, under whatever address and whenever", async () => {
    const cartId = await putCart(stores.db);
    const lead = await putLead(stores.db, { cartId });
    await putOrderOfCart(stores.db, { email: "bob@example.com", cartId, skus: [], placedHoursAgo: 30 });
    expect(await stopOf(lead)).toBe("BOUGHT");
  });

  it("of what was bought and taken back, but of what was never paid", async () => {
    const lead = await putLead(stores.db);
    await putOrderOfCart(stores.db, { status: "CANCELLED" });
    expect(await stopOf(lead)).toBeUndefined();
    await putOrderOfCart(stores.db, { status: "CANCELLED", confirmedAt: hoursBefore(1) });
    expect(await stopOf(lead)).toBe("BOUGHT");
  });

  it("but for what others bought, what is something else, and what was bought before", async () => {
    const lead = await putLead(stores.db, { email: "ada+shop@example.com" });
    await putOrderOfCart(stores.db, { email: "ada@example.com" });
    await putOrderOfCart(stores.db, { email: "ada+shop@example.com", skus: ["TEA"] });
    await putOrderOfCart(stores.db, { email: "ada+shop@example.com", placedHoursAgo: 3 });
    expect(await stopOf(lead)).toBeUndefined();
  });

  it.each(["reminders", "*"])("when its address is on the list %s of those to leave alone", async (list) => {
    const lead = await putLead(stores.db);
    const emailHash = emailHashOf("ada@example.com");
    await stores.db.shopSuppression.create({ data: { list, emailHash, reason: "UNSUBSCRIBED", createdAt: NOON } });
    expect(await stopOf(lead)).toBe("UNSUBSCRIBED");
  });

  it("but is when only products back in stock are unwanted", async () => {
    const lead = await putLead(stores.db);
    const suppression = { list: "back-in-stock", emailHash: emailHashOf("ada@example.com"), reason: "UNSUBSCRIBED" };
    await stores.db.shopSuppression.create({ data: { ...suppression, createdAt: NOON } });
    expect(await stopOf(lead)).toBeUndefined();
  });

  it("when it was erased, has no address or is not there", async () => {
    expect(await stopOf(await putLead(stores.db, { status: "ERASED", email: null }))).toBe("ERASED");
    expect(await stopOf(await putLead(stores.db, { email: null }))).toBe("ERASED");
    expect(await stopOf(4711n)).toBe("ERASED");
  });

  it("when nothing of it is left, and is while one thing is", async () => {
    const lead = await putLead(stores.db, { skus: ["MUG", "POT"] });
    await putProduct(stores.db, "MUG", 0n);
    expect(await stopOf(lead)).toBeUndefined();
    await putProduct(stores.db, "POT", 2n);
    expect(await stopOf(lead)).toBeUndefined();
    await stores.db.$executeRaw`UPDATE shop_product SET reserved = 1, safety = 1 WHERE sku = 'POT'`;
    expect(await stopOf(lead)).toBe("SOLD_OUT");
  });

  it("after three days, and after it has ended for any reason", async () => {
    expect(await stopOf(await putLead(stores.db, { leftHours: 73 }))).toBe("TOO_LATE");
    expect(await stopOf(await putLead(stores.db, { status: "ENDED", endReason: "RESTORED" }))).toBe("RESTORED");
  });

  it("by one question for many leads, and ends by one statement with the first reason", async () => {
    const [good, sold] = [await putLead(stores.db), await putLead(stores.db, { email: "bob@example.com" })];
    await putOrderOfCart(stores.db, { email: "bob@example.com" });
    const stops = await stores.db.$transaction((tx) => loadLeadStops(tx, [sold, good], NOON));
    expect([...stops]).toEqual([[sold, "BOUGHT"]]);
    const end = (ending: [bigint, LeadStop][]) => stores.db.$transaction((tx) => endLeads(tx, new Map(ending), NOON));
    expect(await end([...stops, [good, "SOLD_OUT"]])).toBe(2);
    expect(await end([[good, "UNSUBSCRIBED"]])).toBe(0);
    const leads = await stores.db.shopLead.findMany({ orderBy: { id: "asc" } });
    expect(leads).toMatchObject([
      { id: good, status: "ENDED", endReason: "SOLD_OUT", endedAt: NOON },
      { id: sold, status: "BOUGHT", endReason: null },
    ]);
  });
});
