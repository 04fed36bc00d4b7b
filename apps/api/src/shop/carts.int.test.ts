import { createToken } from "@drumline/engine";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { type ApiUnderTest, apiUnderTest } from "../../test/api-under-test.ts";

const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

describe("what a shop tells of its shoppers", () => {
  let api: ApiUnderTest;
  let operator: string;
  let viewer: string;
  beforeAll(async () => {
    api = await apiUnderTest();
    operator = await createToken(api.db, "Olga", "operator");
    viewer = await createToken(api.db, "Vera", "viewer");
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    await api.db.$executeRaw`TRUNCATE shop_customer, shop_cart CASCADE`;
  });

  const put = (path: string, body: object, token = operator) => api.send("PUT", `/api/v1/shop/${path}`, body, token);
  const line = { sku: "MUG", title: "A mug 🫖", quantity: 2, priceMinor: 1250 };
  const cart = (body: object = {}) =>
    put("carts/c-1", { currency: "EUR", lines: [line], lastActivityAt: minutesAgo(30), ...body });
  const checkout = (body: object = {}) =>
    put("checkouts/k-1", {
      cartReference: "c-1",
      step: "CONTACT",
      email: " Ada@Example.com".trim(),
      consent: { at: minutesAgo(20), text: "Remind me." },
      lastActivityAt: minutesAgo(20),
      ...body,
    });
  const stored = () => api.db.shopCart.findFirstOrThrow({ include: { lines: true, checkouts: true } });

  it("is stored once, however often it is sent", async () => {
    const customer = { email: "Ada@Example.com", name: "Ada", updatedAt: minutesAgo(40) };
    for (let times = 0; times < 2; times += 1) {
      expect((await put("customers/u-1", customer)).json()).toEqual({ reference: "u-1", outcome: "SAVED" });
      const answer = await cart({ customerReference: "u-1", lastActivityAt: "2026-01-01T10:00:00.000Z" });
      expect([answer.status, answer.json().outcome]).toEqual([200, "SAVED"]);
      expect((await checkout({ lastActivityAt: "2026-01-01T10:01:00.000Z" })).json().outcome).toBe("SAVED");
    }
    expect(await api.db.shopCustomer.findMany()).toMatchObject([{ emailKey: "ada@example.com", name: "Ada" }]);
    expect(await stored()).toMatchObject({
      status: "OPEN",
      lastActivityAt: new Date("2026-01-01T10:01:00Z"),
      lines: [{ lineNo: 1, sku: "MUG", title: "A mug 🫖", quantity: 2, priceMinor: 1250n }],
      checkouts: [{ emailKey: "ada@example.com", consentText: "Remind me." }],
    });
  });

  it("is never undone by older news, in whichever order they come", async () => {
    await cart({ lastActivityAt: minutesAgo(10) });
    expect((await cart({ lines: [], lastActivityAt: minutesAgo(20) })).json().outcome).toBe("OLDER");
    await checkout({ step: "PAYMENT", lastActivityAt: minutesAgo(5) });
    expect((await checkout({ step: "CONTACT", lastActivityAt: minutesAgo(6) })).json().outcome).toBe("OLDER");
    // Later than the lines that are known, though earlier than the checkout.
    expect((await cart({ lines: [line, line], lastActivityAt: minutesAgo(8) })).json().outcome).toBe("SAVED");
    const now = await stored();
    expect(now.lines).toHaveLength(2);
    expect(now.checkouts).toMatchObject([{ step: "PAYMENT" }]);
    expect(Date.now() - now.lastActivityAt.getTime()).toBeLessThan(6 * 60_000);
  });

  it("opens a cart again that was left behind, by a later sign of the shopper only", async () => {
    await cart();
    await api.db.shopCart.updateMany({ data: { status: "ANONYMISED" } });
    expect((await cart({ lastActivityAt: minutesAgo(31) })).json().outcome).toBe("OLDER");
    expect((await checkout({ lastActivityAt: minutesAgo(31) })).json().outcome).toBe("OLDER");
    expect((await stored()).checkouts).toEqual([]);
    expect((await cart({ lastActivityAt: minutesAgo(1) })).json().outcome).toBe("SAVED");
    expect(await stored()).toMatchObject({ status: "OPEN" });
  });

  it("leaves an ordered cart as it was ordered", async () => {
    await cart();
    await api.db.shopCart.updateMany({ data: { status: "ORDERED" } });
    expect((await cart({ lines: [], lastActivityAt: minutesAgo(1) })).json().outcome).toBe("ORDERED");
    expect((await checkout()).json().outcome).toBe("ORDERED");
    expect(await stored()).toMatchObject({ status: "ORDERED", lines: [{ sku: "MUG" }], checkouts: [] });
  });

  it("does not bring back a customer who was erased, unless it is later than the erasure", async () => {
    await put("customers/u-1", { email: "ada@example.com", updatedAt: minutesAgo(40) });
    const erased = { email: null, emailKey: null, name: null, erasedAt: new Date(Date.now() - 60_000 * 10) };
    await api.db.shopCustomer.updateMany({ data: erased });
    const again = (minutes: number) =>
      put("customers/u-1", { email: "ada@example.com", updatedAt: minutesAgo(minutes) });
    expect((await again(20)).json().outcome).toBe("OLDER");
    expect(await api.db.shopCustomer.findMany()).toMatchObject([{ email: null }]);
    expect((await again(5)).json().outcome).toBe("SAVED");
  });

  it("is refused with its field and the cure where it cannot be right", async () => {
    expect(await cart({ lastActivityAt: new Date(Date.now() + 3_600_000).toISOString() })).toMatchObject({
      status: 422,
    });
    const unknown = await checkout();
    expect([unknown.status, unknown.json().code, unknown.json().detail]).toEqual([
      422,
      "REFERENCE_UNKNOWN",
      expect.stringContaining("send the cart first"),
    ]);
    expect((await cart({ customerReference: "nobody" })).json()).toMatchObject({ status: 422 });
    for (const [body, where] of [
      [{ currency: "eur" }, "body.currency"],
      [{ lines: [{ ...line, quantity: 0 }] }, "body.lines.0.quantity"],
      [{ lines: [{ ...line, priceMinor: 12.5 }] }, "body.lines.0.priceMinor"],
      [{ lines: [{ ...line, title: "a\0b" }] }, "body.lines.0.title"],
      [{ lines: [{ ...line, title: "\ud800" }] }, "body.lines.0.title"],
    ] as const) {
      const answer = await cart(body);
      expect([answer.status, answer.json().errors[0].where]).toEqual([400, where]);
    }
    expect(await put("customers/u-1", { email: "nobody", updatedAt: minutesAgo(1) })).toMatchObject({ status: 400 });
    expect(await put("customers/u-1", { timeZone: "Mars/Base", updatedAt: minutesAgo(1) })).toMatchObject({
      status: 400,
    });
    expect(await cart({}).then(() => put("carts/c-2", {}, viewer))).toMatchObject({ status: 403 });
    expect(await api.db.shopCart.count()).toBe(1);
  });
});
