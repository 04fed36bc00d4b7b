import { MailAccountRefused } from "@drumline/outbound/mail";
import { describe, expect, it } from "@jest/globals";

import { hoursBefore, putCart, putOrderOfCart } from "../../test/left-carts.ts";
import { useMailsToCustomers } from "../../test/mails-to-customers.ts";
import { confirmSubscription, findConfirmation } from "./confirmation.sql.ts";
import { subscribe } from "./subscribe.sql.ts";

const SITE = { system: "SES", method: "SendEmail", url: "mail" };

describe("a product that is back in stock", () => {
  const customers = useMailsToCustomers();
  const { send, sent, putStock, putWaiting, statusesOf } = customers;
  const putHundred = async (productId: bigint) => {
    for (let no = 0; no < 100; no += 1) await putWaiting(productId, `w${no}@example.com`, 1_000 - no);
  };
  const toldTo = () => sent.map(({ to }) => to[0]);

  it("is told to as many as there are pieces, those who confirmed first, and to no more in a day", async () => {
    const productId = await putStock("MUG", 3);
    await putHundred(productId);
    expect(await send()).toMatchObject({ told: 3, sent: 3 });
    expect(toldTo()).toEqual(["w0@example.com", "w1@example.com", "w2@example.com"]);
    expect(await send()).toMatchObject({ told: 0, sent: 0 });
    expect(await statusesOf()).toEqual({ CONFIRMED: 97, NOTIFIED: 3 });
    customers.clock.advance(24 * 3_600_000);
    expect(await send()).toMatchObject({ told: 3, sent: 3 });
    expect(toldTo().slice(3)).toEqual(["w3@example.com", "w4@example.com", "w5@example.com"]);
  });

  it("is told to no more people by two runs at once", async () => {
    await putHundred(await putStock("MUG", 3));
    await Promise.all([send(), send(), send()]);
    expect(sent).toHaveLength(3);
  });

  it("is told to the next when one of them has bought", async () => {
    const productId = await putStock("MUG", 1);
    await putWaiting(productId, "a@example.com", 3);
    await putWaiting(productId, "b@example.com", 2);
    await send();
    await putOrderOfCart(customers.db, { email: "A@example.com", placedHoursAgo: 0 });
    expect(await send()).toMatchObject({ subscriptionsEnded: 1, told: 1, sent: 1 });
    expect(toldTo()).toEqual(["a@example.com", "b@example.com"]);
    expect(await statusesOf()).toEqual({ BOUGHT: 1, NOTIFIED: 1 });
  });

  it("is told to nobody where it is sold out between the choice and the sending, and all keep their places", async () => {
    const productId = await putStock("MUG", 3);
    await putHundred(productId);
    customers.onSend = () => {
      throw new MailAccountRefused(SITE, "sending is paused", null);
    };
    await send().catch(() => null);
    await putStock("MUG", 0);
    customers.onSend = null;
    expect(await send()).toMatchObject({ sent: 0, withdrawn: 3 });
    expect(await statusesOf()).toEqual({ CONFIRMED: 100 });
    expect(await customers.db.mail.count()).toBe(0);
    await putStock("MUG", 1);
    customers.clock.advance(1_000);
    expect(await send()).toMatchObject({ sent: 1 });
    expect(toldTo()).toEqual(["w0@example.com"]);
  });

  it("is told to the first alone where one piece of three is left when it is sent", async () => {
    const productId = await putStock("MUG", 3);
    await putHundred(productId);
    customers.onSend = () => {
      throw new MailAccountRefused(SITE, "sending is paused", null);
    };
    await send().catch(() => null);
    await putStock("MUG", 1);
    customers.onSend = null;
    expect(await send()).toMatchObject({ sent: 1, withdrawn: 2 });
    expect(toldTo()).toEqual(["w0@example.com"]);
  });

  it("is told to nobody while it comes and goes below the threshold, and once however often it does above", async () => {
    const productId = await putStock("MUG", 0);
    await putWaiting(productId, "a@example.com", 3);
    await putWaiting(productId, "b@example.com", 2);
    for (const pieces of [1, 0, 2, 0]) {
      await putStock("MUG", pieces);
      await send({}, { shopBackInStockFrom: 3 });
    }
    expect(sent).toEqual([]);
    for (const pieces of [1, 0, 1, 0, 1]) {
      await putStock("MUG", pieces);
      await send();
    }
    expect(toldTo()).toEqual(["a@example.com"]);
  });

  it("is there or not whatever lies in carts, the person's own included", async () => {
    const productId = await putStock("MUG", 2);
    await putCart(customers.db, { skus: ["MUG"] });
    await putWaiting(productId, "a@example.com", 3);
    const wish = { sku: "MUG", email: "a@example.com", locale: "en", timeZone: null, consentText: "Tell me." };
    expect(await subscribe(customers.db, wish, { now: customers.clock.now(), from: 1 })).toEqual({
      kind: "AVAILABLE",
      available: 2n,
    });
    expect(await send()).toMatchObject({ sent: 1 });
  });

  it("is told in the morning to who sleeps, whose piece nobody else is told of meanwhile", async () => {
    const productId = await putStock("MUG", 2);
    await putWaiting(productId, "asleep@example.com", 3, { timeZone: "Pacific/Auckland" });
    await putWaiting(productId, "awake@example.com", 2);
    await putWaiting(productId, "late@example.com", 1);
    expect(await send()).toMatchObject({ told: 1 });
    expect(toldTo()).toEqual(["awake@example.com"]);
    customers.clock.advance(7 * 3_600_000);
    await send();
    expect(toldTo()).toEqual(["awake@example.com", "asleep@example.com"]);
  });

  it("is not told to who left the list", async () => {
    const productId = await putStock("MUG", 1);
    await putWaiting(productId, "a@example.com", 3);
    await putWaiting(productId, "b@example.com", 2);
    const { emailHashOf } = await import("@drumline/core/text");
    await customers.db.shopSuppression.create({
      data: {
        list: "*",
        emailHash: emailHashOf("a@example.com"),
        reason: "COMPLAINED",
        createdAt: customers.clock.now(),
      },
    });
    await send();
    expect(toldTo()).toEqual(["b@example.com"]);
  });
});

describe("a wish to be told", () => {
  const customers = useMailsToCustomers();
  const { send, sent, putStock, putWaiting, statusesOf } = customers;
  const wish = { sku: "MUG", email: "Ada@Example.com", locale: "nl", timeZone: null, consentText: "Tell me." };
  const ask = (more: Partial<typeof wish> = {}) =>
    subscribe(customers.db, { ...wish, ...more }, { now: customers.clock.now(), from: 1 });
  const tokenIn = (no: number) => /confirm\?token=([\w-]{22})/.exec(sent[no]!.text)![1]!;

  it("counts when it is confirmed by the link in the mail, which is all that knows its token", async () => {
    await putStock("MUG", 0);
    expect(await ask()).toMatchObject({ kind: "SUBSCRIBED", status: "PENDING" });
    expect(await ask()).toMatchObject({ kind: "SUBSCRIBED", status: "PENDING" });
    expect(await send()).toMatchObject({ sent: 1 });
    expect(sent[0]).toMatchObject({ to: ["Ada@Example.com"], subject: expect.stringContaining("Bevestig") });
    const token = tokenIn(0);
    expect(
      JSON.stringify(await customers.db.shopStockSubscription.findFirst(), (_, value) =>
        typeof value === "bigint" ? String(value) : value,
      ),
    ).not.toContain(token);
    for (let look = 0; look < 10; look += 1)
      expect(await findConfirmation(customers.db, token, customers.clock.now())).toMatchObject({ title: "A MUG" });
    expect(await statusesOf()).toEqual({ PENDING: 1 });
    for (let click = 0; click < 2; click += 1)
      expect(await confirmSubscription(customers.db, token, customers.clock.now())).toMatchObject({ locale: "nl" });
    expect(await statusesOf()).toEqual({ CONFIRMED: 1 });
    expect(await confirmSubscription(customers.db, "x".repeat(22), customers.clock.now())).toBeNull();
  });

  it("that nobody confirms is asked for once a day, and dies after a week with its address", async () => {
    await putStock("MUG", 0);
    await ask();
    await send();
    customers.clock.advance(24 * 3_600_000);
    await ask();
    await send();
    expect(sent).toHaveLength(2);
    expect(await findConfirmation(customers.db, tokenIn(0), customers.clock.now())).toBeNull();
    customers.clock.advance(7 * 24 * 3_600_000);
    expect(await confirmSubscription(customers.db, tokenIn(1), customers.clock.now())).toBeNull();
    expect(await send()).toMatchObject({ subscriptionsEnded: 1 });
    expect(await customers.db.shopStockSubscription.findFirst()).toMatchObject({
      status: "EXPIRED",
      email: null,
      emailKey: null,
      confirmTokenHash: null,
    });
  });

  it("is over after 90 days, and may be had again", async () => {
    const productId = await putStock("MUG", 0);
    await putWaiting(productId, "Ada@Example.com", 90 * 24 * 60);
    expect(await send()).toMatchObject({ subscriptionsEnded: 1 });
    expect(await ask()).toMatchObject({ status: "PENDING" });
    expect(await statusesOf()).toEqual({ EXPIRED: 1, PENDING: 1 });
  });

  it("of who was told and came too late puts him behind the others", async () => {
    const productId = await putStock("MUG", 0);
    await putWaiting(productId, "Ada@Example.com", 60, { status: "NOTIFIED", notifiedAt: hoursBefore(1) });
    expect(await ask()).toMatchObject({ status: "CONFIRMED" });
    expect(await customers.db.shopStockSubscription.findFirst()).toMatchObject({
      confirmedAt: customers.clock.now(),
      notifiedAt: null,
    });
  });

  it("for what is not sold here is refused", async () => {
    expect(await ask({ sku: "NONE" })).toEqual({ kind: "UNKNOWN_SKU" });
  });
});
