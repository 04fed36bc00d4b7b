import { describe, expect, it } from "@jest/globals";

import { engine, omnitron, useSandbox } from "../test/use-sandbox.ts";

const ORDERS = "/api/i1/orders/updates";
const STOCK = "/api/v1/stock/query";
const { send, call } = useSandbox();

const ordersPage = (query: string) => call("GET", `${ORDERS}?${query}`, undefined, omnitron);

describe("Omnitron's orders", () => {
  it("are served in the documented shape", async () => {
    const { results, has_more } = await ordersPage("limit=1");
    expect(has_more).toBe(true);
    expect(results).toEqual([
      {
        pk: 1,
        number: "SB000000001",
        status: "400",
        channel: { pk: 1, name: "olist" },
        currency: "BRL",
        amount: expect.stringMatching(/^\d+\.\d\d$/),
        date_placed: expect.stringMatching(/^2025-.*Z$/),
        modified_date: expect.stringMatching(/^2025-.*Z$/),
        payment_type: expect.any(String),
        cargo_company: expect.any(String),
        shipping_option_slug: expect.any(String),
        customer: { pk: expect.any(Number), type: expect.stringMatching(/^(registered|guest)$/) },
        shipping_address: expect.objectContaining({
          country: "BR",
          city: expect.any(String),
          postcode: expect.any(String),
        }),
        orderitem_set: expect.arrayContaining([
          {
            pk: expect.any(Number),
            status: "400",
            quantity: expect.any(Number),
            price: expect.stringMatching(/^\d+\.\d\d$/),
            product: {
              pk: expect.any(Number),
              sku: expect.any(String),
              name: expect.any(String),
              barcode: expect.any(String),
            },
            attributes_kwargs: { seller: expect.stringMatching(/^seller-/) },
          },
        ]),
      },
    ]);
  });

  it("go on strictly after the cursor and end where the virtual now is", async () => {
    const { ordersVisible } = await call("GET", "/_sandbox/state");
    const pks: number[] = [];
    for (let query = "limit=300", more = true; more;) {
      const page = await ordersPage(query);
      pks.push(...page.results.map(({ pk }) => pk));
      const last = page.results.at(-1)!;
      query = `limit=300&modified_after=${last.modified_date}&after_pk=${last.pk}`;
      more = page.has_more;
    }
    expect(pks).toEqual(Array.from({ length: ordersVisible }, (_, index) => index + 1));
  });

  it("show a change made from outside, behind every other order", async () => {
    const changed = await call("PUT", "/_sandbox/orders/SB000000003", { patch: { status: "50", amount: "1.00" } });
    expect(changed).toMatchObject({ pk: 3, status: "50", amount: "1.00", modified_date: "2025-01-08T12:00:00.000Z" });
    const { results, has_more } = await ordersPage("modified_after=2025-01-08T12:00:00Z&after_pk=0");
    expect([results.map(({ pk }) => pk), has_more]).toEqual([[3], false]);
  });

  it.each([
    ["limit=0", "at limit"],
    ["limit=1001", "at limit"],
    ["limit=ten", "a whole number from 1 to 1000"],
    ["modified_after=yesterday", "expected an ISO 8601 instant"],
    ["modified_after=2025-01-01T00:00:00", "expected an ISO 8601 instant"],
    ["modifed_after=2025-01-01T00:00:00Z", "modifed_after"],
    ["after_pk=-1", "after_pk"],
  ])("refuse ?%s and say why", async (query, named) => {
    const response = await send("GET", `${ORDERS}?${query}`, undefined, omnitron);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(named);
  });
});

describe("the other systems", () => {
  it("list locations by pk, the central warehouse first", async () => {
    const first = await call("GET", "/api/i1/stock_locations?limit=40", undefined, omnitron);
    const rest = await call("GET", "/api/i1/stock_locations?limit=40&after_pk=40", undefined, omnitron);
    expect(first.results[0]).toMatchObject({
      pk: 1,
      erp_code: "central",
      stock_location_type: "WAREHOUSE",
      priority: 0,
    });
    expect([first.has_more, rest.has_more, rest.results.map(({ pk }) => pk)]).toEqual([true, false, [41]]);
  });

  it("answer what stock is there, name unknown SKUs, and run short only at first", async () => {
    const skus = Array.from({ length: 50 }, (_, index) => `SKU-${String(index + 1).padStart(5, "0")}`);
    const ask = () => call("POST", STOCK, { skus: [...skus, "nope", "nope"] }, engine);
    await call("PUT", "/_sandbox/clock", { virtualNow: "2025-01-06T11:00:00Z" });
    const early = await ask();
    expect(early.unknown_skus).toEqual(["nope"]);
    expect(early.stock.some(({ quantity }) => quantity === 0)).toBe(true);
    await call("PUT", "/_sandbox/clock", { virtualNow: "2025-02-06T11:00:00Z" });
    const late = await ask();
    expect(late.as_of).toBe("2025-02-06T11:00:00.000Z");
    expect(late.stock.every(({ quantity }) => quantity > 0)).toBe(true);
    expect(new Set(late.stock.map(({ sku }) => sku)).size).toBe(50);
  });

  it("take at most 500 SKUs at a time", async () => {
    const response = await send(
      "POST",
      STOCK,
      { skus: Array.from({ length: 501 }, (_, index) => `S${index}`) },
      engine,
    );
    expect([response.status, (await response.text()).includes("at most 500 SKUs")]).toEqual([400, true]);
  });
});

describe("requests that are wrong", () => {
  it.each([
    [
      "no key",
      "GET",
      ORDERS,
      {},
      401,
      'got no Authorization header; /api/i1/orders/updates expects \\"Authorization: Token',
    ],
    ["another system's scheme", "GET", ORDERS, engine, 401, "another key or scheme"],
    ["an unknown path", "GET", "/api/i1/order", omnitron, 404, "the routes are GET /, GET /health"],
    ["another method", "POST", ORDERS, omnitron, 405, "it takes GET"],
    ["no body", "POST", STOCK, engine, 400, "the body is not as expected"],
    ["an order that is not there", "PUT", "/_sandbox/orders/SB999999999", {}, 400, "the body is not as expected"],
  ] as const)("are answered with what is wrong: %s", async (_, method, path, headers, status, message) => {
    const response = await send(method, path, undefined, headers);
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(message);
  });

  it("are answered when the body is not JSON, or too large", async () => {
    const broken = await send("POST", STOCK, "{skus", engine);
    expect([broken.status, (await broken.text()).includes("the body is not JSON")]).toEqual([400, true]);
    const large = await send("POST", STOCK, "x".repeat(1024 * 1024 + 1), engine);
    expect([large.status, (await large.text()).includes("larger than 1048576 bytes")]).toEqual([413, true]);
  });

  it("cannot change what keeps an order in its place, nor an order still to come", async () => {
    const kept = await send("PUT", "/_sandbox/orders/SB000000001", { patch: { pk: 7 } });
    expect(kept.status).toBe(400);
    const future = await send("PUT", "/_sandbox/orders/SB000900000", { patch: {} });
    expect([future.status, (await future.text()).includes("comes about at")]).toEqual([404, true]);
  });
});

describe("the sandbox itself", () => {
  it("shows its routes and state to a person", async () => {
    const response = await send("GET", "/");
    const html = await response.text();
    expect(html).toContain("<code>GET /api/i1/orders/updates</code>");
    expect(html).toContain("generator:1");
  });

  it("says how far the virtual time has come", async () => {
    expect(await call("GET", "/health")).toEqual({ status: "ok" });
    expect(await call("GET", "/_sandbox/state")).toEqual({
      virtualNow: "2025-01-08T12:00:00.000Z",
      speed: 0,
      ordersVisible: expect.any(Number),
      ordersTotal: null,
      finished: false,
      nextAt: expect.stringMatching(/^2025-01-08T/),
      parcelsMoveUntil: null,
    });
  });
});
