import { createToken } from "@drumline/engine";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { type ApiUnderTest, apiUnderTest } from "../../test/api-under-test.ts";

describe("leads over HTTP", () => {
  let api: ApiUnderTest;
  let operator: string;
  beforeAll(async () => {
    api = await apiUnderTest({ shopCartUrl: "https://shop.example/cart?id={reference}" });
    operator = await createToken(api.db, "Olga", "operator");
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    await api.db.$executeRaw`TRUNCATE shop_cart, shop_lead RESTART IDENTITY CASCADE`;
  });

  async function putLead(reference = "c/1"): Promise<bigint> {
    const at = new Date(Date.now() - 3_600_000);
    const times = { lastActivityAt: at, createdAt: at, updatedAt: at };
    const cart = await api.db.shopCart.create({ data: { reference, currency: "EUR", status: "LEAD", ...times } });
    const lines = [{ sku: "MUG", title: "<b>Mug</b>", quantity: 2, priceMinor: "9007199254740993" }];
    const left = { consentAt: at, currency: "EUR", lines, abandonedAt: at, createdAt: at };
    const person = { email: "ada@example.com", emailKey: "ada@example.com" };
    const lead = await api.db.shopLead.create({
      data: { cartId: cart.id, cartReference: reference, ...person, ...left },
    });
    return lead.id;
  }

  /** With the token "t", whose hash stands in the table. */
  async function putLink(leadId: bigint): Promise<string> {
    const tokenHash = "e3b98a4da31a127d4bde6e43033f66ba274cab0eb7eb1c70ec41402bf6273dd8";
    const expiresAt = new Date(Date.now() + 3_600_000);
    await api.db.shopRestoreLink.create({ data: { tokenHash, leadId, createdAt: new Date(), expiresAt } });
    return "/shop/restore/t";
  }

  it("are listed, read, and ended once, by an operator", async () => {
    const id = await putLead();
    const viewer = await createToken(api.db, `Vera ${Date.now()}`, "viewer");
    expect(await api.send("GET", "/api/v1/shop/leads", undefined, viewer)).toMatchObject({ status: 403 });
    const list = await api.send("GET", "/api/v1/shop/leads?status=OPEN", undefined, operator);
    expect(list.json().items).toMatchObject([
      { id: String(id), status: "OPEN", email: "ada@example.com", lines: [{ priceMinor: "9007199254740993" }] },
    ]);
    const end = () => api.send("POST", `/api/v1/shop/leads/${id}/end`, undefined, operator);
    expect((await end()).json()).toMatchObject({ status: "ENDED", endReason: "BY_PERSON" });
    expect((await end()).json()).toMatchObject({ status: 409, code: "ENDED" });
    expect(await api.send("GET", "/api/v1/shop/leads/99", undefined, operator)).toMatchObject({ status: 404 });
  });

  it("bring a cart back by a link: GET shows, POST does, once", async () => {
    const path = await putLink(await putLead());
    const page = await api.ask(path, { anonymous: true });
    expect([page.status, page.headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    expect(page.body).toContain("2 × &lt;b&gt;Mug");
    expect(page.body).toContain('<form method="post">');
    expect(await api.db.shopCart.findMany()).toMatchObject([{ status: "LEAD" }]);
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const post = () => api.ask(path, { anonymous: true, method: "POST", headers, body: "" });
    for (const answer of [await post(), await post()]) {
      expect(answer.status).toBe(200);
      expect(answer.body).toContain('href="https://shop.example/cart?id=c%2F1"');
      expect(answer.body).not.toContain("<form");
    }
    expect(await api.db.shopCart.findMany()).toMatchObject([{ status: "OPEN" }]);
  });

  it("say of a link after the order, one that ran out and one that was made up what they are", async () => {
    const path = await putLink(await putLead());
    await api.db.shopRestoreLink.updateMany({ data: { expiresAt: new Date(Date.now() - 3_600_000) } });
    expect(await api.ask(path, { anonymous: true })).toMatchObject({ status: 410 });
    await api.db.shopCart.updateMany({ data: { status: "ORDERED" } });
    const ordered = await api.ask(path, { anonymous: true, method: "POST" });
    expect([ordered.status, ordered.body]).toEqual([200, expect.stringContaining("ordered this already")]);
    expect(await api.db.shopCart.findMany()).toMatchObject([{ status: "ORDERED" }]);
    expect(await api.ask("/shop/restore/made-up", { anonymous: true })).toMatchObject({ status: 404 });
  });
});
