import { createToken } from "@drumline/engine";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { ADMIN_TOKEN, type ApiUnderTest, apiUnderTest } from "../../test/api-under-test.ts";

const PATH = "/api/v1/shop";
const HEADER = "sku,kind,pieces,occurred_at,reference";

describe("the shop's stock over HTTP", () => {
  let api: ApiUnderTest;
  let viewer: string;
  beforeAll(async () => {
    api = await apiUnderTest();
    viewer = await createToken(api.db, "Vera", "viewer");
  });
  afterAll(() => api.close());
  beforeEach(async () => {
    await api.db.$executeRaw`TRUNCATE shop_movement, shop_product, event_queue RESTART IDENTITY CASCADE`;
  });

  const at = (minutes = 0) => new Date(api.clock.now().getTime() + minutes * 60_000).toISOString();
  const item = (sourceRef: string, more: object = {}) => ({
    sku: "lamp",
    kind: "RECEIVED",
    pieces: 3,
    occurredAt: at(),
    sourceRef,
    ...more,
  });
  const post = (path: string, body: unknown, token?: string) => api.send("POST", `${PATH}${path}`, body, token);
  const upload = (body: string, type = "text/csv") =>
    api.ask(`${PATH}/movements/csv`, {
      method: "POST",
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": type },
      body,
    });
  const movements = async (query = "") => (await api.ask(`${PATH}/movements?${query}`)).json().items;

  it("is told as movements, each once, and listed newest first", async () => {
    const items = [item("1"), item("2", { kind: "SALE", pieces: "9007199254740993", reason: "a fair" })];
    expect((await post("/movements", { items })).json()).toEqual({ recorded: 2, known: 0 });
    expect((await post("/movements", { items: [...items, item("3")] })).json()).toEqual({ recorded: 1, known: 2 });
    expect((await post("/movements", { source: "depot-7", items })).json()).toEqual({ recorded: 2, known: 0 });
    expect(await movements("kind=SALE&source=api")).toMatchObject([
      { sku: "lamp", pieces: "9007199254740993", reason: "a fair", effect: null, appliedAt: null },
    ]);
    const first = (await api.ask(`${PATH}/movements?limit=2&isApplied=false`)).json();
    const rest = (await api.ask(`${PATH}/movements?limit=9&isApplied=false&cursor=${first.nextCursor}`)).json();
    expect([...first.items, ...rest.items].map(({ id }: { id: string }) => Number(id))).toEqual(
      [...first.items, ...rest.items].map(({ id }: { id: string }) => Number(id)).sort((a, b) => b - a),
    );
    expect(rest.items).toHaveLength(3);
  });

  it("refuses what is no movement, by field, and records nothing of that request", async () => {
    const wrong = [
      [item("1", { pieces: -1 }), "body.items.1.pieces"],
      [item("1", { kind: "STOLEN" }), "body.items.1.kind"],
      [item("1", { kind: "CORRECTION" }), "body.items.1.kind"],
      [item("1", { occurredAt: "2026-11-20" }), "body.items.1.occurredAt"],
      [item("1", { occurredAt: at(120) }), "body.items.1.occurredAt"],
      [item("1", { sku: " lamp" }), "body.items.1.sku"],
      [item("1", { sku: undefined }), "body.items.1.sku"],
    ] as const;
    for (const [bad, where] of wrong) {
      const answer = await post("/movements", { items: [item("0"), bad] });
      expect([answer.status, answer.json().errors[0].where]).toEqual([400, where]);
    }
    expect((await post("/movements", { source: "oms", items: [item("1")] })).status).toBe(400);
    expect((await post("/movements", { items: [item("a\0")] })).status).toBe(400);
    expect((await post("/movements", { items: [item("1")] }, viewer)).status).toBe(403);
    expect(await movements()).toEqual([]);
  });

  it("is told as counts", async () => {
    const { kind: _kind, pieces: _pieces, occurredAt: _at, ...names } = item("c1");
    const items = [{ ...names, counted: 4, countedAt: at() }];
    expect((await post("/counts", { items })).json()).toEqual({ recorded: 1, known: 0 });
    expect(await movements("kind=COUNTED")).toMatchObject([{ pieces: "4", sourceRef: "c1" }]);
    const future = await post("/counts", { items: [{ ...names, counted: 4, countedAt: at(600) }] });
    expect(future.json().errors).toMatchObject([{ where: "body.items.0.countedAt" }]);
  });

  it("comes as a CSV file: good lines are taken, bad ones told by number, and the same file again changes nothing", async () => {
    const file = [
      `\ufeff${HEADER},reason`,
      `lamp,received,3,${at()},r1,`,
      `lamp,SALE,-2,${at()},r2,`,
      `lamp,STOLEN,2,${at()},r3,`,
      `"lamp, ""tall""",SALE,9007199254740993,${at()},r4,"two\nlines"`,
      `lamp,SALE,2,yesterday,r5,`,
      `lamp,SALE,2`,
      `lamp,SALE,2,${at()},r1,`,
      `la\0mp,SALE,2,${at()},r6,`,
      `lamp,SALE,1,${at()},r7,😀`,
      "",
    ].join("\r\n");
    const answer = (await upload(file)).json();
    expect(answer).toMatchObject({ recorded: 3, known: 0, bad: 6 });
    expect(answer.badLines.map(({ line, field }: { line: number; field: string }) => [line, field])).toEqual([
      [3, "pieces"],
      [4, "kind"],
      [7, "occurred_at"],
      [8, null],
      [9, "reference"],
      [10, "sku"],
    ]);
    expect(answer.badLines[0].problem).toContain('"-2": expected whole pieces');
    expect(answer.badLines[4].problem).toContain("line 2 has the same reference");
    expect((await upload(file)).json()).toMatchObject({ recorded: 0, known: 3, bad: 6 });
    expect(await movements("source=csv&kind=SALE")).toMatchObject([
      { sourceRef: "r7", reason: "😀" },
      { sku: 'lamp, "tall"', pieces: "9007199254740993", reason: "two\nlines" },
    ]);
  });

  it("refuses a file that names other columns, is none, or is too large, and says what to do", async () => {
    expect((await upload("sku;kind\nlamp;SALE")).json()).toMatchObject({ status: 400, code: "UNUSABLE_HEADER" });
    expect((await upload("")).json().detail).toContain("sku is missing");
    expect((await upload(`${HEADER},colour\n`)).json().detail).toContain('"colour" is no column');
    expect((await upload(`${HEADER}\n`, "text/plain")).status).toBe(415);
    const quote = (await upload(`${HEADER}\nlamp,SALE,1,${at()},q1\n"lamp,SALE,1,${at()},q2\n`)).json();
    expect(quote).toMatchObject({ recorded: 1, bad: 1 });
    const line = `lamp,SALE,1,2026-01-01T00:00:00Z,${"x".repeat(150)}\n`;
    const large = await upload(`${HEADER}\n${line.repeat(30_000)}`);
    expect([large.status, large.json().code]).toEqual([413, "TOO_LARGE"]);
  });

  it("has products, whose stock no request sets", async () => {
    const put = (sku: string, body: object) => api.send("PUT", `${PATH}/products/${encodeURIComponent(sku)}`, body);
    const made = await put("lamp / tall", { title: "Lamp", priceMinor: "9007199254740993", currency: "EUR" });
    expect([made.status, made.json()]).toEqual([
      201,
      expect.objectContaining({ sku: "lamp / tall", onHand: "0", available: "0", isOnSale: false }),
    ]);
    await api.db.shopProduct.updateMany({ data: { onHand: 2n, isOnSale: true } });
    api.clock.advance(1_000);
    const changed = await put("lamp / tall", { title: "A lamp", safety: 2 });
    expect([changed.status, changed.json()]).toEqual([
      200,
      expect.objectContaining({ title: "A lamp", available: "0", isOnSale: false, priceMinor: null }),
    ]);
    expect(await api.db.eventQueue.findMany()).toMatchObject([{ eventType: "shop.product.sold_out" }]);
    expect((await put("lamp", { title: "x", onHand: 3 })).status).toBe(400);
    const listed = await api.ask(`${PATH}/products?isOnSale=false`);
    expect(listed).toMatchObject({ status: 200 });
    const [sku] = listed.json().items.map((one: { sku: string }) => one.sku);
    expect((await api.ask(`${PATH}/products/${encodeURIComponent(sku)}`)).json()).toMatchObject({ title: "A lamp" });
    expect((await api.ask(`${PATH}/products/none`)).status).toBe(404);
  });

  it("closes a gap between a level and its movements by a movement, by an operator's word", async () => {
    await api.send("PUT", `${PATH}/products/lamp`, { title: "Lamp" });
    await api.db.shopProduct.updateMany({ data: { onHand: 2n } });
    const path = "/products/lamp/correct-movements";
    expect((await post(path, { reason: "restored" })).json()).toEqual({ onHand: "2", movements: "0" });
    expect((await post(path, { reason: "restored" })).json()).toEqual({ onHand: "2", movements: "2" });
    expect(await movements()).toMatchObject([{ kind: "CORRECTION", effect: "2", reason: "restored" }]);
    expect((await post("/products/none/correct-movements", { reason: "restored" })).status).toBe(404);
  });
});
