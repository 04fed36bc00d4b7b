import { manualClock } from "@drumline/core/clock";
import { readSettings } from "@drumline/core/config";
import { emailHashOf } from "@drumline/core/text";
import { startTaskRun, testDatabase, type TestDatabase } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import {
  emptyShop,
  hoursBefore,
  NOON,
  putCart,
  putCheckout,
  putCustomer,
  putLead,
  putLeftCart,
  putOrderOfCart,
} from "../../test/left-carts.ts";
import { leadSettings } from "../leads/settings.ts";
import { cleanUpDatabase } from "./clean-up-database.ts";

const DAY_HOURS = 24;

describe("clean_up_database", () => {
  let stores: TestDatabase;
  beforeAll(async () => {
    stores = await testDatabase();
  });
  afterAll(() => stores.close());
  beforeEach(() => emptyShop(stores.db));

  const settings = readSettings(leadSettings, {});
  const run = (options: { hoursLater?: number; dryRun?: boolean; limit?: number } = {}) => {
    const clock = manualClock(hoursBefore(-(options.hoursLater ?? 0)));
    return cleanUpDatabase(startTaskRun(stores.db, { settings }, { clock, ...options }).context);
  };
  const cartStatus = async (id: bigint) => (await stores.db.shopCart.findUnique({ where: { id } }))?.status;

  /** What the tables hold, to compare before and after. */
  const countAll = async () => ({
    carts: await stores.db.shopCart.groupBy({ by: ["status"], _count: true, orderBy: { status: "asc" } }),
    checkouts: await stores.db.shopCheckout.count(),
    leads: await stores.db.shopLead.count(),
    notices: await stores.db.shopNotice.count(),
  });

  it("makes a lead of a cart that was left with consent, and keeps nothing else of the person", async () => {
    const cartId = await putLeftCart(stores.db, { skus: ["MUG", "POT"] });
    expect(await run()).toMatchObject({ leads: 1, anonymised: 0 });
    const lead = await stores.db.shopLead.findFirstOrThrow();
    expect(lead).toMatchObject({
      cartId,
      status: "OPEN",
      email: "Ada@Example.com",
      emailKey: "ada@example.com",
      consentText: "Remind me of my cart.",
      abandonedAt: hoursBefore(2),
      lines: [
        { sku: "MUG", title: "A MUG", quantity: 2, priceMinor: "1250" },
        { sku: "POT", title: "A POT", quantity: 2, priceMinor: "1250" },
      ],
    });
    expect(await cartStatus(cartId)).toBe("LEAD");
    expect(await stores.db.shopCheckout.count()).toBe(0);
    expect(await stores.db.shopNotice.findMany()).toMatchObject([
      { key: `lead/${lead.id}/1`, kind: "reminder", status: "DUE", dueAt: hoursBefore(-1) },
    ]);
  });

  it("leaves a cart alone until its shopper has been silent for an hour", async () => {
    const cartId = await putLeftCart(stores.db, { idleHours: 0.9 });
    expect(await run()).toMatchObject({ leads: 0 });
    expect(await cartStatus(cartId)).toBe("OPEN");
  });

  it("takes from a cart without consent what names a person", async () => {
    const customerId = await putCustomer(stores.db, "ada@example.com");
    const cartId = await putLeftCart(stores.db, { hasConsent: false, customerId });
    expect(await run()).toMatchObject({ leads: 0, anonymised: 1 });
    expect(await stores.db.shopCart.findUnique({ where: { id: cartId } })).toMatchObject({
      status: "ANONYMISED",
      customerId: null,
    });
    expect(await stores.db.shopCheckout.count()).toBe(0);
  });

  it("goes by the last checkout that says who it is, so that consent can be taken back", async () => {
    const cartId = await putLeftCart(stores.db, { idleHours: 3 });
    await putCheckout(stores.db, cartId, { hasConsent: false, idleHours: 2 });
    const other = await putLeftCart(stores.db, { email: "bob@example.com" });
    await putCheckout(stores.db, other, { email: null, hasConsent: false, idleHours: 2 });
    expect(await run()).toMatchObject({ leads: 1, anonymised: 1 });
    expect(await cartStatus(cartId)).toBe("ANONYMISED");
  });

  it("keeps a cart whose order has an open payment, however old it is", async () => {
    const kept = [];
    for (const payment of ["OPEN", "PENDING", "AUTHORIZED"] as const) {
      const cartId = await putLeftCart(stores.db, { email: `${payment}@example.com`, idleHours: 40 * DAY_HOURS });
      await putOrderOfCart(stores.db, { cartId, payment, status: "CANCELLED" });
      kept.push(cartId);
    }
    const ordered = await putLeftCart(stores.db, { status: "ORDERED", idleHours: 40 * DAY_HOURS });
    await putOrderOfCart(stores.db, { cartId: ordered, payment: "PENDING" });
    expect(await run()).toMatchObject({ sparedByPayment: 4, erased: 0, anonymised: 0, leads: 0 });
    for (const cartId of kept) expect(await cartStatus(cartId)).toBe("OPEN");
    expect(await stores.db.shopCheckout.count()).toBe(4);
  });

  it("makes no lead of a cart with an order, and one of a cart whose payment came to nothing", async () => {
    const ordered = await putLeftCart(stores.db);
    await putOrderOfCart(stores.db, { cartId: ordered, payment: "PAID" });
    const failed = await putLeftCart(stores.db, { email: "bob@example.com" });
    await putOrderOfCart(stores.db, {
      cartId: failed,
      payment: "EXPIRED",
      status: "CANCELLED",
      email: "bob@example.com",
    });
    expect(await run()).toMatchObject({ leads: 1, ordered: 1 });
    expect([await cartStatus(ordered), await cartStatus(failed)]).toEqual(["ORDERED", "LEAD"]);
  });

  it("makes no lead of what the person has bought since, or of who wants no reminders", async () => {
    await putLeftCart(stores.db, { email: "ADA@example.com " });
    await putOrderOfCart(stores.db, { email: "ada@example.com" });
    await putLeftCart(stores.db, { email: "bob@example.com" });
    const emailHash = emailHashOf("bob@example.com");
    await stores.db.shopSuppression.create({ data: { list: "*", emailHash, reason: "ERASED", createdAt: NOON } });
    await putLeftCart(stores.db, { email: "eve@example.com", skus: [] });
    expect(await run()).toMatchObject({ leads: 0, anonymised: 3 });
  });

  it("makes one lead of five idle periods of one cart, which names what is in it now", async () => {
    const cartId = await putLeftCart(stores.db);
    expect(await run()).toMatchObject({ leads: 1 });
    for (let period = 1; period < 5; period += 1) {
      const lastActivityAt = hoursBefore(2 - 2 * period);
      await stores.db.shopCart.update({ where: { id: cartId }, data: { status: "OPEN", lastActivityAt } });
      await putCheckout(stores.db, cartId, { idleHours: 2 - 2 * period });
      await stores.db.$executeRaw`UPDATE shop_cart_line SET title = ${`Mug ${period}`}`;
      expect(await run({ hoursLater: 2 * period })).toMatchObject({ leads: 0, knownLeads: 1 });
    }
    expect(await stores.db.shopLead.findMany()).toMatchObject([{ lines: [{ title: "Mug 4" }] }]);
    expect(await stores.db.shopNotice.count()).toBe(1);
    expect(await cartStatus(cartId)).toBe("LEAD");
  });

  it("takes the lead away when consent was taken back with a later checkout", async () => {
    const cartId = await putLeftCart(stores.db);
    await run();
    await stores.db.shopCart.update({ where: { id: cartId }, data: { status: "OPEN" } });
    await putCheckout(stores.db, cartId, { hasConsent: false });
    expect(await run()).toMatchObject({ anonymised: 1 });
    expect(await stores.db.shopLead.count()).toBe(0);
    expect(await stores.db.shopNotice.findMany()).toMatchObject([{ status: "SUPERSEDED" }]);
  });

  it("makes one lead of several carts that one person left: of the one left last", async () => {
    const first = await putLeftCart(stores.db, { idleHours: 3 });
    const last = await putLeftCart(stores.db, { idleHours: 2, email: " ada@EXAMPLE.com" });
    expect(await run()).toMatchObject({ leads: 1, anonymised: 1 });
    expect([await cartStatus(first), await cartStatus(last)]).toEqual(["ANONYMISED", "LEAD"]);
  });

  it("makes a new lead of a person after seven days only", async () => {
    await putLead(stores.db, { leftHours: 6 * DAY_HOURS, status: "ENDED", endReason: "REMINDED" });
    await putLeftCart(stores.db);
    expect(await run()).toMatchObject({ leads: 0, anonymised: 1 });
    await putLead(stores.db, { email: "bob@example.com", leftHours: 8 * DAY_HOURS, status: "BOUGHT" });
    await putLeftCart(stores.db, { email: "bob@example.com" });
    expect(await run()).toMatchObject({ leads: 1 });
  });

  it("writes the second reminder when the first is with its mail, and a day after it at the earliest", async () => {
    await putLeftCart(stores.db);
    await run();
    expect(await run({ hoursLater: 3 })).toMatchObject({ secondReminders: 0 });
    await stores.db.shopNotice.updateMany({ data: { status: "QUEUED", endedAt: hoursBefore(-4) } });
    expect(await run({ hoursLater: 5 })).toMatchObject({ secondReminders: 1 });
    const second = await stores.db.shopNotice.findFirstOrThrow({ where: { key: { endsWith: "/2" } } });
    // 23 hours after the first, which was late, and not 24 after the lead.
    expect(second).toMatchObject({ kind: "reminder", status: "DUE", dueAt: hoursBefore(-27) });
    expect(await run({ hoursLater: 6 })).toMatchObject({ secondReminders: 0, leadsEnded: 0 });
    await stores.db.shopNotice.updateMany({ data: { status: "QUEUED", endedAt: hoursBefore(-27) } });
    expect(await run({ hoursLater: 28 })).toMatchObject({ leadsEnded: 1 });
    expect(await stores.db.shopLead.findMany()).toMatchObject([{ status: "ENDED", endReason: "REMINDED" }]);
    await run({ hoursLater: 60 });
    expect(await stores.db.shopNotice.count()).toBe(2);
  });

  it("ends leads that were bought elsewhere, and the reminders that wait", async () => {
    await putLeftCart(stores.db);
    await run();
    await putOrderOfCart(stores.db, { placedHoursAgo: 0, email: "ADA@example.com" });
    expect(await run()).toMatchObject({ leadsBought: 1 });
    expect(await stores.db.shopLead.findMany()).toMatchObject([{ status: "BOUGHT", endedAt: NOON }]);
    expect(await stores.db.shopNotice.findMany()).toMatchObject([{ status: "SUPERSEDED" }]);
  });

  it("names nobody any more after thirty days", async () => {
    const lead = await putLeftCart(stores.db);
    await run();
    const ordered = await putLeftCart(stores.db, { email: "bob@example.com" });
    await putOrderOfCart(stores.db, { cartId: ordered, payment: "PAID", email: "bob@example.com" });
    await run();
    const late = { hoursLater: 31 * DAY_HOURS };
    expect(await run(late)).toMatchObject({ anonymised: 1, erased: 1, leadsDeleted: 1 });
    expect([await cartStatus(lead), await cartStatus(ordered)]).toEqual(["ANONYMISED", undefined]);
    expect(await stores.db.shopCheckout.count()).toBe(0);
    expect(await stores.db.shopLead.count()).toBe(0);
    expect(await stores.db.shopOrder.findMany()).toMatchObject([{ cartId: null, email: "bob@example.com" }]);
  });

  it("changes nothing when it is run again", async () => {
    await putLeftCart(stores.db);
    await putLeftCart(stores.db, { email: "bob@example.com", hasConsent: false });
    await run();
    const before = await countAll();
    expect(await run()).toMatchObject({ leads: 0, knownLeads: 0, anonymised: 0, leadsEnded: 0, secondReminders: 0 });
    expect(await countAll()).toEqual(before);
  });

  it("counts in a dry run what a real run does, and changes nothing", async () => {
    for (const idleHours of [2, 3, 4]) await putLeftCart(stores.db, { idleHours });
    await putLeftCart(stores.db, { email: "bob@example.com", hasConsent: false });
    await putLeftCart(stores.db, { email: "old@example.com", idleHours: 31 * DAY_HOURS });
    await putLeftCart(stores.db, { status: "LEAD", email: "older@example.com", idleHours: 32 * DAY_HOURS });
    const paying = await putLeftCart(stores.db, { email: "eve@example.com" });
    await putOrderOfCart(stores.db, { cartId: paying, payment: "OPEN", email: "eve@example.com" });
    const ordered = await putLeftCart(stores.db, { status: "ORDERED", idleHours: 31 * DAY_HOURS });
    await putOrderOfCart(stores.db, { cartId: ordered, payment: "PAID", placedHoursAgo: 31 * DAY_HOURS });
    await putLead(stores.db, { email: "old@example.com", leftHours: 31 * DAY_HOURS });
    await putLead(stores.db, { email: "sam@example.com", leftHours: 80 });
    const reminded = await putLead(stores.db, { email: "kim@example.com", leftHours: 5 });
    const sent = { key: `lead/${reminded}/1`, kind: "reminder", occurredAt: NOON, dueAt: NOON };
    await stores.db.shopNotice.create({ data: { ...sent, status: "QUEUED", endedAt: NOON } });
    await putCart(stores.db, { skus: ["TEA"] });
    const before = await countAll();
    const dry = await run({ dryRun: true });
    expect(await countAll()).toEqual(before);
    expect(await run()).toEqual(dry);
    expect(dry).toEqual({
      leads: 1,
      knownLeads: 0,
      anonymised: 6,
      ordered: 0,
      erased: 1,
      sparedByPayment: 1,
      secondReminders: 1,
      leadsBought: 0,
      leadsEnded: 2,
      leadsDeleted: 1,
    });
  });

  it("stops at its limit, and passes over a cart that somebody holds", async () => {
    const held = await putLeftCart(stores.db, { idleHours: 5 });
    await putLeftCart(stores.db, { email: "bob@example.com", idleHours: 4 });
    await putLeftCart(stores.db, { email: "eve@example.com", idleHours: 3 });
    await stores.db.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT id FROM shop_cart WHERE id = ${held} FOR KEY SHARE`;
      expect(await run({ limit: 1 })).toMatchObject({ leads: 1 });
      expect(await stores.db.shopLead.findMany()).toMatchObject([{ emailKey: "bob@example.com" }]);
    });
    expect(await run()).toMatchObject({ leads: 2 });
  });
});
