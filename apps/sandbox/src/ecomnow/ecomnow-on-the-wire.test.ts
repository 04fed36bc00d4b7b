import { describe, expect, it } from "@jest/globals";

import { useSandbox } from "../../test/use-sandbox.ts";

const bearer = { authorization: "Bearer secret" };

interface Page {
  readonly records: readonly { readonly no: number; readonly order: number }[];
  readonly next_cursor: string;
  readonly has_more: boolean;
}

describe("the sandbox's clients", () => {
  const { send } = useSandbox();
  const page = async (path: string, headers: Record<string, string> = bearer): Promise<Page> =>
    (await send("GET", path, undefined, headers)).json() as Promise<Page>;

  it("give their orders in pages after a cursor, each once and the same again", async () => {
    const seen: number[] = [];
    for (let cursor = "", more = true; more;) {
      const { records, next_cursor: next, has_more: hasMore } = await page(`/clients/acme/orders?limit=7${cursor}`);
      expect(records.length).toBeLessThanOrEqual(7);
      seen.push(...records.map(({ no }) => no));
      [cursor, more] = [`&cursor=${next}`, hasMore];
    }
    expect(seen.length).toBeGreaterThanOrEqual(40);
    expect(seen).toEqual([...new Set(seen)].sort((one, other) => one - other));
    const again = await page(`/clients/acme/orders?limit=1&cursor=${seen[4]! - 1}`);
    expect(again.records[0]!.no).toBe(seen[4]);
  });

  it("speak of shipments and refunds only after their orders", async () => {
    const orders = (await page("/boxout/v1/orders?limit=1000")).records.map(({ no }) => no);
    for (const list of ["shipments", "refunds"]) {
      const { records } = await page(`/boxout/v1/${list}?limit=1000`);
      expect(records.length).toBeGreaterThan(0);
      for (const { order } of records) expect(orders).toContain(order);
    }
  });

  it.each([
    ["acme", {}, 401],
    ["acme", { authorization: "Bearer other" }, 401],
    ["globex", bearer, 401],
    ["globex", { authorization: `Basic ${Buffer.from("drumline:secret").toString("base64")}` }, 200],
    ["initech", { "x-api-key": "secret" }, 200],
    ["nobody", bearer, 404],
  ])("ask for the key in their own way: %s with %j gets %i", async (client, headers, status) => {
    expect((await send("GET", `/clients/${client}/orders`, undefined, headers as Record<string, string>)).status).toBe(
      status,
    );
  });

  it("take a page once per key, reject records without an article, and refuse a key for another page", async () => {
    const push = (records: object[], key: string | null) =>
      send(
        "POST",
        "/clients/acme/stock",
        { records },
        { ...bearer, ...(key === null ? {} : { "idempotency-key": key }) },
      );
    const records = [{ article: "a" }, { sku: "b" }];
    const first = await push(records, "k1");
    expect(await first.json()).toEqual({ accepted: 1, rejected: [{ index: 1, reason: "article is missing" }] });
    const replayed = await push(records, "k1");
    expect(replayed.headers.get("idempotent-replayed")).toBe("true");
    expect((await push([], "k1")).status).toBe(422);
    expect((await push(records, null)).status).toBe(400);
    const told = (await (await send("GET", "/_sandbox/clients")).json()) as Record<string, unknown[]>;
    expect(told["acme/stock"]).toEqual(records);
  });

  it.each(["/clients/acme/orders?cursor=x", "/clients/acme/orders?limit=0", "/clients/acme/orders?limt=1"])(
    "refuse %s",
    async (path) => expect((await send("GET", path, undefined, bearer)).status).toBe(400),
  );
});

describe("the sandbox's vendors and refund channel", () => {
  const { send } = useSandbox();

  it("serve a feed that stands until its ETag changes", async () => {
    const feed = await send("GET", "/vendors/north/feed.csv", undefined, bearer);
    const lines = (await feed.text()).trim().split("\n");
    expect([lines.length, lines[0]]).toEqual([201, "sku,quantity,name,category,price,currency"]);
    const known = { ...bearer, "if-none-match": feed.headers.get("etag")! };
    // A new edition may come out between the two requests.
    expect([304, 200]).toContain((await send("GET", "/vendors/north/feed.csv", undefined, known)).status);
    expect((await send("GET", "/vendors/north/feed.csv")).status).toBe(401);
  });

  it("pay a refund once per key, and not more than 10,000.00", async () => {
    const refund = { refund: "R1", order: "O1", version: 1, currency: "EUR", status: "open", reason: null };
    const pay = async (amount: number, key: string) =>
      (
        await send(
          "POST",
          "/api/v1/refunds",
          { ...refund, amount_minor: amount },
          { ...bearer, "idempotency-key": key },
        )
      ).status;
    expect([await pay(100, "a"), await pay(100, "a"), await pay(1_000_001, "b"), await pay(200, "a")]).toEqual([
      200, 200, 422, 422,
    ]);
  });
});
