import { createHash } from "node:crypto";

import { toUnsubscribeToken } from "@drumline/shop/commands";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { type ApiUnderTest, apiUnderTest, ordinaryParts } from "../../test/api-under-test.ts";

const HASH = createHash("sha256").update("ada@example.com").digest("hex");

describe("mails to customers over HTTP", () => {
  let api: ApiUnderTest;
  beforeAll(async () => void (api = await apiUnderTest()));
  afterAll(() => api.close());
  beforeEach(
    () => api.db.$executeRaw`TRUNCATE shop_product, shop_notice, shop_suppression, shop_stock_subscription CASCADE`,
  );

  const token = toUnsubscribeToken({ list: "reminders", emailHash: HASH }, ordinaryParts.mailLinks.key);
  const link = `/shop/unsubscribe?token=${token}`;
  const look = (path: string) => api.ask(path, { anonymous: true });
  const post = (path: string, body: string, type = "application/x-www-form-urlencoded") =>
    api.ask(path, { anonymous: true, method: "POST", headers: { "content-type": type }, body });
  const suppressed = async () => (await api.db.shopSuppression.findMany()).map(({ list }) => list);

  it("are ended by a POST of one click, on that list only, and by no look at the link", async () => {
    for (let no = 0; no < 10; no += 1) expect((await look(link)).status).toBe(200);
    expect(await suppressed()).toEqual([]);
    const page = await look(link);
    expect(page.body).toContain('<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click">');
    expect(page.headers).toMatchObject({ "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
    expect(page.headers["set-cookie"]).toBeUndefined();
    expect((await post(link, "List-Unsubscribe=One-Click")).status).toBe(200);
    expect((await post(link, "List-Unsubscribe=One-Click")).status).toBe(200);
    expect(await suppressed()).toEqual(["reminders"]);
    expect(await api.db.shopSuppression.findFirst()).toMatchObject({ emailHash: HASH, reason: "UNSUBSCRIBED" });
  });

  it("are ended by a multipart form as well", async () => {
    const body = '--b0\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b0--\r\n';
    expect((await post(link, body, 'multipart/form-data; boundary="b0"')).status).toBe(200);
    expect(await suppressed()).toEqual(["reminders"]);
  });

  it("are not ended by a link that was changed, by another form, or by JSON", async () => {
    const forged = `/shop/unsubscribe?token=${token.replace("reminders", "back-in-stock")}`;
    expect((await look(forged)).status).toBe(404);
    expect((await post(forged, "List-Unsubscribe=One-Click")).status).toBe(404);
    expect((await post(link, "List-Unsubscribe=Two")).status).toBe(400);
    expect((await post(link, "x=y")).status).toBe(400);
    expect((await post("/shop/unsubscribe", "List-Unsubscribe=One-Click")).status).toBe(400);
    expect((await post(link, "x", "multipart/form-data")).status).toBe(400);
    expect((await post("/api/v1/shop/subscriptions", "sku=MUG")).status).toBe(401);
    expect(await suppressed()).toEqual([]);
  });

  it("speak the language of who reads the page", async () => {
    const headers = { "accept-language": "fr-FR, nl;q=0.8" };
    expect((await api.ask(link, { anonymous: true, headers })).body).toContain("Deze mails niet meer?");
  });

  it("of products that are back are asked for, and confirmed by POST alone", async () => {
    const at = api.clock.now();
    const product = await api.db.shopProduct.create({
      data: { sku: "MUG", title: "A <b>mug</b>", createdAt: at, updatedAt: at },
    });
    const wish = { sku: "MUG", email: "Ada@Example.com", locale: "nl", consentText: "Tell me." };
    const taken = await api.send("POST", "/api/v1/shop/subscriptions", wish);
    expect([taken.status, taken.json()]).toEqual([202, { id: expect.any(String), status: "PENDING" }]);
    expect(await api.db.shopNotice.findMany()).toMatchObject([{ kind: "confirm-subscription", status: "DUE" }]);
    const secret = "t".repeat(22);
    const confirmTokenHash = createHash("sha256").update(secret).digest("hex");
    await api.db.shopStockSubscription.updateMany({ data: { confirmTokenHash } });
    const page = await look(`/shop/confirm?token=${secret}`);
    expect(page.body).toContain("A &lt;b&gt;mug&lt;/b&gt;");
    expect(page.body).toContain("Zullen we je schrijven");
    expect(await api.db.shopStockSubscription.findFirst()).toMatchObject({ status: "PENDING" });
    expect((await post(`/shop/confirm?token=${secret}`, "confirm=yes")).status).toBe(200);
    expect((await api.ask("/api/v1/shop/subscriptions?status=CONFIRMED&sku=MUG")).json().items).toMatchObject([
      { sku: "MUG", email: "Ada@Example.com", status: "CONFIRMED" },
    ]);
    expect((await post("/shop/confirm?token=nope", "confirm=yes")).status).toBe(404);

    await api.db.shopProduct.update({ where: { id: product.id }, data: { onHand: 1n } });
    const refused = await api.send("POST", "/api/v1/shop/subscriptions", { ...wish, email: "b@example.com" });
    expect([refused.status, refused.json().code]).toEqual([409, "IN_STOCK"]);
    expect((await api.send("POST", "/api/v1/shop/subscriptions", { ...wish, sku: "NONE" })).status).toBe(404);
    expect((await api.send("POST", "/api/v1/shop/subscriptions", { ...wish, email: "a@b.c, d@e.f" })).status).toBe(400);
  });

  it("are listed as notices, and one that failed is tried again", async () => {
    const at = api.clock.now();
    const put = (key: string, status: "FAILED" | "QUEUED") =>
      api.db.shopNotice.create({
        data: { key, kind: "packed", status, occurredAt: at, dueAt: at, endedAt: at, error: "x" },
      });
    const [failed, queued] = [await put("a", "FAILED"), await put("b", "QUEUED")];
    expect((await api.ask("/api/v1/shop/notices?kind=packed&status=FAILED")).json().items).toMatchObject([
      { key: "a" },
    ]);
    const retry = (id: bigint) => api.send("POST", `/api/v1/shop/notices/${id}/retry`);
    expect((await retry(failed.id)).json()).toMatchObject({ status: "DUE", error: null, endedAt: null });
    expect((await retry(failed.id)).status).toBe(409);
    expect((await retry(queued.id)).status).toBe(409);
    expect((await retry(4711n)).status).toBe(404);
  });

  it("that came back are heard of from SNS alone", async () => {
    const answer = await post("/api/v1/shop/mail-reports", "{", "text/plain; charset=UTF-8");
    expect(answer.status).toBe(400);
  });
});
