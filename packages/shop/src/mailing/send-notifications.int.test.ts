import { emailHashOf } from "@drumline/core/text";
import { MailAccountRefused, MailOutcomeUnknown, MailRefused } from "@drumline/outbound/mail";
import { describe, expect, it } from "@jest/globals";

import { useMailsToCustomers } from "../../test/mails-to-customers.ts";
import { putLead, putOrderOfCart } from "../../test/left-carts.ts";

const SITE = { system: "SES", method: "SendEmail", url: "mail" };

describe("a notice of an order", () => {
  const customers = useMailsToCustomers();
  const { notify, send, startRun, noticeOf, sent } = customers;
  const suppress = (list: string, email: string) =>
    customers.db.shopSuppression.create({
      data: { list, emailHash: emailHashOf(email), reason: "BOUNCED", createdAt: customers.clock.now() },
    });
  const putParcel = async (orderId: bigint, status: "PACKED" | "SHIPPED" | "DELIVERED", reference = "p") =>
    (
      await customers.db.shopParcel.create({
        data: {
          reference,
          orderId,
          status,
          carrier: "PostNL",
          trackingNumber: `3S${reference}`,
          trackingUrl: `https://t.example/${reference}`,
          packedAt: customers.clock.now(),
        },
      })
    ).id;

  it("is mailed once, whatever runs, to the address of the order", async () => {
    const orderId = await putOrderOfCart(customers.db, { email: "Ada@Example.com" });
    await notify({ key: `order/${orderId}/confirmed`, kind: "confirmed", orderId });
    await notify({ key: `order/${orderId}/confirmed`, kind: "confirmed", orderId });
    expect(await send()).toMatchObject({ mailed: 1, sent: 1, failed: 0 });
    expect(await send()).toMatchObject({ mailed: 0, sent: 0 });
    expect(sent).toMatchObject([{ to: ["Ada@Example.com"], html: expect.stringContaining("Total") }]);
    expect(sent[0]!.unsubscribeUrl ?? null).toBeNull();
    expect(await noticeOf(`order/${orderId}/confirmed`)).toMatchObject({ status: "QUEUED", claimedBy: null });
    expect(await customers.db.mail.findMany()).toMatchObject([
      { key: `order/${orderId}/confirmed`, kind: "shop-confirmed", status: "SENT", messageId: "mail-1" },
    ]);
  });

  it("is mailed once by two runs at once", async () => {
    const orderId = await putOrderOfCart(customers.db);
    await notify(
      ...Array.from({ length: 250 }, (_, no) => ({
        key: `order/${orderId}/${no}`,
        kind: "confirmed" as const,
        orderId,
      })),
    );
    await Promise.all([send(), send()]);
    await send();
    expect(sent).toHaveLength(250);
    expect(await customers.db.shopNotice.count({ where: { status: "QUEUED" } })).toBe(250);
  });

  it("is written in the language of the order, and in English where no template is, which is counted", async () => {
    const locales = ["tr", "nl-BE", "de"];
    for (const locale of locales) {
      const orderId = await putOrderOfCart(customers.db);
      await customers.db.shopOrder.update({
        where: { id: orderId },
        data: { locale, currency: "TRY", totalMinor: 123450n },
      });
      await notify({ key: `order/${locale}`, kind: "confirmed", orderId });
    }
    expect(await send()).toMatchObject({ sent: 3, inEnglishInstead: 1 });
    const subjects = sent.map(({ subject }) => subject).toSorted();
    expect(subjects).toEqual([
      expect.stringMatching(/^Je bestelling/),
      expect.stringMatching(/^Your order/),
      expect.stringMatching(/numaralı siparişin onaylandı$/),
    ]);
    expect(sent.map(({ text }) => text).join()).toContain("₺1.234,50");
  });

  it("takes a name with line breaks and a title with tags as words", async () => {
    const orderId = await putOrderOfCart(customers.db);
    await customers.db.shopOrder.update({
      where: { id: orderId },
      data: { reference: "W-1\r\nBcc: eve@example.com", name: "Ada\r\nBcc: eve@example.com" },
    });
    await customers.db.shopOrderLine.updateMany({ where: { orderId }, data: { title: "<b>Drum</b>" } });
    await notify({ key: "order/1/confirmed", kind: "confirmed", orderId });
    await send();
    expect(sent[0]!.subject).toBe("Your order W-1 Bcc: eve@example.com is confirmed");
    expect(sent[0]!.text).toContain("Hello Ada Bcc: eve@example.com,");
    expect(sent[0]!.html).toContain("&lt;b&gt;Drum&lt;/b&gt;");
  });

  it("is not mailed where it is older than what is known, and each parcel is told of by itself", async () => {
    const orderId = await putOrderOfCart(customers.db);
    const [first, second] = [await putParcel(orderId, "DELIVERED", "a"), await putParcel(orderId, "SHIPPED", "b")];
    await notify(
      { key: "a/delivered", kind: "delivered", orderId, parcelId: first },
      { key: "a/shipped", kind: "shipped", orderId, parcelId: first },
      { key: "b/packed", kind: "packed", orderId, parcelId: second },
      { key: "b/shipped", kind: "shipped", orderId, parcelId: second },
    );
    expect(await send()).toMatchObject({ sent: 2, superseded: 2 });
    const subjects = sent.map(({ subject }) => subject);
    expect(subjects).toEqual([expect.stringMatching(/is delivered$/), expect.stringMatching(/is on its way$/)]);
    expect(sent[1]!.text).toContain("https://t.example/b");
    expect(await noticeOf("a/shipped")).toMatchObject({
      status: "SUPERSEDED",
      error: expect.stringContaining("DELIVERED"),
    });
  });

  it("with nobody to write to, or to an address that bounced, is recorded and not mailed", async () => {
    const nobody = await putOrderOfCart(customers.db, { email: null });
    const wrong = await putOrderOfCart(customers.db, { email: "ada@example.com, eve@example.com" });
    const bounced = await putOrderOfCart(customers.db, { email: "Bounced@Example.com" });
    const complained = await putOrderOfCart(customers.db, { email: "complained@example.com" });
    await suppress("orders", "bounced@example.com");
    await suppress("*", "complained@example.com");
    for (const orderId of [nobody, wrong, bounced, complained])
      await notify({ key: `order/${orderId}`, kind: "packed", orderId });
    expect(await send()).toMatchObject({ sent: 1, superseded: 3, failed: 0 });
    expect(sent[0]!.to).toEqual(["complained@example.com"]);
  });

  it("that cannot be written fails alone, as a problem", async () => {
    const orderId = await putOrderOfCart(customers.db);
    await notify(
      { key: "order/refund", kind: "refunded", orderId },
      { key: "order/none", kind: "packed" },
      { key: "order/odd", kind: "welcome" as never, orderId },
      { key: "order/good", kind: "refunded", orderId, detail: { amountMinor: "1250", currency: "EUR" } },
    );
    const { result, problems } = startRun();
    expect(await result).toMatchObject({ sent: 1, failed: 3 });
    expect(problems).toHaveLength(3);
    expect(sent[0]!.subject).toContain("€12.50");
    expect(await customers.db.problem.findMany({ where: { kind: "SHOP_NOTICE_FAILED", closedAt: null } })).toHaveLength(
      3,
    );
  });

  it("is left as it was where the account takes no mail, and the run stops", async () => {
    const orderId = await putOrderOfCart(customers.db);
    await notify({ key: "order/a", kind: "packed", orderId }, { key: "order/b", kind: "confirmed", orderId });
    let calls = 0;
    customers.onSend = () => {
      calls += 1;
      throw new MailAccountRefused(SITE, "sending is paused", null);
    };
    await expect(send()).rejects.toThrow("sending is paused");
    expect(calls).toBe(1);
    expect(await customers.db.mail.findMany()).toMatchObject([{ status: "QUEUED" }, { status: "QUEUED" }]);
    customers.onSend = null;
    expect(await send()).toMatchObject({ mailed: 0, sent: 2 });
  });

  it.each([
    ["of unknown outcome", new MailOutcomeUnknown(SITE, "hangs", null), "UNKNOWN"],
    ["refused for good", new MailRefused(SITE, "says no"), "FAILED"],
  ])("whose mail is %s is never sent again by itself", async (_, error, status) => {
    const orderId = await putOrderOfCart(customers.db);
    await notify({ key: "order/a", kind: "packed", orderId });
    customers.onSend = () => {
      throw error;
    };
    await send();
    customers.onSend = null;
    await send();
    expect(sent).toEqual([]);
    expect(await customers.db.mail.findFirst()).toMatchObject({ status });
  });

  it("whose process dies between the provider's answer and our record is not sent a second time", async () => {
    const orderId = await putOrderOfCart(customers.db);
    await notify({ key: "order/a", kind: "packed", orderId });
    const run = { id: "11111111-1111-4111-8111-111111111111", attempt: 1 };
    // As a kill leaves it: the provider has it, and the row says that it is being asked.
    let comeBack: () => void = () => undefined;
    const handedOver = new Promise<void>((resolve) => {
      customers.onSend = async (mail) => {
        sent.push(mail);
        resolve();
        await new Promise<void>((back) => (comeBack = back));
        throw new Error("its process is gone");
      };
    });
    const { result } = startRun({ run });
    const ended = result.catch(() => null);
    await handedOver;
    customers.onSend = null;
    expect(await send({ run: { ...run, attempt: 2 } })).toMatchObject({ sent: 0, unknown: 1 });
    expect(sent).toHaveLength(1);
    expect(await customers.db.mail.findFirst()).toMatchObject({ status: "UNKNOWN" });
    comeBack();
    await ended;
    expect(await send()).toMatchObject({ sent: 0 });
  });

  it("is looked at once more before its mail leaves", async () => {
    const orderId = await putOrderOfCart(customers.db);
    const parcelId = await putParcel(orderId, "SHIPPED");
    await notify({ key: "p/shipped", kind: "shipped", orderId, parcelId });
    customers.onSend = () => {
      throw new MailAccountRefused(SITE, "sending is paused", null);
    };
    await send().catch(() => null);
    customers.onSend = null;
    await customers.db.shopParcel.update({ where: { id: parcelId }, data: { status: "DELIVERED" } });
    expect(await send()).toMatchObject({ sent: 0, withdrawn: 1 });
    expect(await customers.db.mail.count()).toBe(0);
    expect(await noticeOf("p/shipped")).toMatchObject({ status: "SUPERSEDED" });
  });

  it("is due when its writer says, and a dry run or a limit takes no more than it says", async () => {
    const orderId = await putOrderOfCart(customers.db);
    const later = new Date(customers.clock.now().getTime() + 60_000);
    await notify(
      { key: "order/a", kind: "packed", orderId },
      { key: "order/b", kind: "confirmed", orderId },
      { key: "order/later", kind: "delivered", orderId, dueAt: later },
    );
    expect(await send({ dryRun: true })).toMatchObject({ mailed: 2, mails: ["order/a", "order/b"] });
    expect(await customers.db.mail.count()).toBe(0);
    expect(await send({ limit: 1 })).toMatchObject({ mailed: 1, sent: 1 });
    expect(await send()).toMatchObject({ mailed: 1, sent: 1 });
    customers.clock.advance(60_000);
    expect(await send()).toMatchObject({ mailed: 1 });
  });
});

describe("a reminder of a cart", () => {
  const customers = useMailsToCustomers();
  const { notify, send, sent } = customers;
  const remind = async (leadId: bigint) => await notify({ key: `lead/${leadId}/1`, kind: "reminder" });

  it("leads back to the cart, and out of the list by one click", async () => {
    await remind(await putLead(customers.db));
    expect(await send()).toMatchObject({ sent: 1 });
    expect(sent[0]).toMatchObject({
      to: ["Ada@Example.com"],
      unsubscribeUrl: expect.stringMatching(
        /^https:\/\/mail\.shop\.example\/shop\/unsubscribe\?token=reminders\.[0-9a-f]{64}\.[\w-]{43}$/,
      ),
    });
    expect(sent[0]!.text).toMatch(/https:\/\/mail\.shop\.example\/shop\/restore\/[\w-]{22}\n/);
    expect(sent[0]!.unsubscribeUrl).not.toContain("example.com");
  });

  it("is not sent to who bought between its writing and its sending", async () => {
    const leadId = await putLead(customers.db);
    await remind(leadId);
    customers.onSend = () => {
      throw new MailAccountRefused(SITE, "sending is paused", null);
    };
    await send().catch(() => null);
    customers.onSend = null;
    await putOrderOfCart(customers.db, { email: "ADA@example.com" });
    expect(await send()).toMatchObject({ sent: 0, withdrawn: 1 });
    expect(await customers.db.shopLead.findFirst()).toMatchObject({ status: "BOUGHT" });
  });

  it.each(["reminders", "*", "orders"])("is not sent where the address is on the list %s", async (list) => {
    const leadId = await putLead(customers.db);
    await remind(leadId);
    await customers.db.shopSuppression.create({
      data: {
        list,
        emailHash: emailHashOf("ada@example.com"),
        reason: "UNSUBSCRIBED",
        createdAt: customers.clock.now(),
      },
    });
    expect(await send()).toMatchObject({ sent: 0, superseded: 1 });
    expect(await customers.db.shopLead.findFirst()).toMatchObject({ status: "ENDED", endReason: "UNSUBSCRIBED" });
  });

  it("waits for the morning where the person is, over a night without the hour it would end in", async () => {
    const leadId = await putLead(customers.db);
    await customers.db.shopLead.update({ where: { id: leadId }, data: { timeZone: "Europe/Amsterdam" } });
    await remind(leadId);
    const night = { shopQuietHours: { fromMinute: 12 * 60, untilMinute: 14 * 60 + 30 } };
    expect(await send({}, night)).toMatchObject({ sent: 0, waiting: 1 });
    expect(await customers.db.shopNotice.findFirst()).toMatchObject({
      status: "DUE",
      dueAt: new Date("2026-11-20T13:30:00Z"),
    });
    expect(await send({}, night)).toMatchObject({ sent: 0, waiting: 0 });
    customers.clock.advance(90 * 60_000);
    expect(await send({}, night)).toMatchObject({ sent: 1 });
  });

  it("of a person whose zone nobody knows keeps to the shop's", async () => {
    const leadId = await putLead(customers.db);
    await customers.db.shopLead.update({ where: { id: leadId }, data: { timeZone: "Mars/Phobos" } });
    await remind(leadId);
    expect(await send({}, { shopTimeZone: "Pacific/Auckland" })).toMatchObject({ sent: 0, waiting: 1 });
  });
});
