import { gzipSync } from "node:zlib";

import { manualClock } from "@drumline/core/clock";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { testDatabase, type TestDatabase } from "@drumline/testing";

import { createSecretBox } from "../src/outside/secret-box.ts";
import { updateProductsInventoryAndCbpVendors } from "../src/products/update-products-inventory-and-cbp-vendors.ts";
import { NOON, startDataRun, TEST_KEY } from "./data-run.ts";
import { type LocalServer, type Respond, startLocalServer } from "./local-server.ts";

let store: TestDatabase;
let server: LocalServer;

beforeAll(async () => {
  [store, server] = await Promise.all([testDatabase(), startLocalServer()]);
});
afterAll(async () => {
  await Promise.all([store.close(), server.close()]);
});
beforeEach(async () => {
  await store.db.ecomnowVendor.deleteMany({ where: { products: { none: {} } } });
  await store.db.ecomnowProduct.deleteMany();
  await store.db.ecomnowVendor.deleteMany();
  server.requests.length = 0;
});

const HEADER = "sku,quantity,name,price,currency,category\n";
const row = (sku: string, quantity: number | string = 5, price = "12.50") =>
  `${sku},${quantity},Product ${sku},${price},EUR,Home > Kitchen\n`;
const rows = (count: number, quantity: number | string = 5) =>
  Array.from({ length: count }, (_, index) => row(`S${index}`, quantity)).join("");

const serve =
  (text: string | Buffer, headers: Record<string, string> = {}): Respond =>
  (_request, response) =>
    void response.writeHead(200, { "content-type": "text/csv", ...headers }).end(text);

async function addVendor(code: string, data: Record<string, unknown> = {}) {
  return await store.db.ecomnowVendor.create({
    data: { code, name: code, kind: "CBP", feedUrl: `${server.url}/${code}.csv`, ...data },
  });
}

async function runFeeds(options: Parameters<typeof startDataRun>[1] = {}) {
  const run = startDataRun<object>(store.db, { privateHosts: [server.host], ...options });
  return { ...run, result: await updateProductsInventoryAndCbpVendors(run.context) };
}

/** Serves the text and runs; the one vendor's import as it was recorded. */
async function runWith(respond: Respond, options: Parameters<typeof startDataRun>[1] = {}) {
  server.respond = respond;
  const run = await runFeeds(options);
  const [last] = await store.db.ecomnowFeedImport.findMany({
    orderBy: { id: "desc" },
    take: 1,
    include: { badLines: { orderBy: { lineNo: "asc" } } },
  });
  return { ...run, last: last! };
}

const products = async () =>
  (await store.db.ecomnowProduct.findMany({ orderBy: { sku: "asc" } })).map(
    ({ sku, quantity, isActive }) => `${sku}×${quantity}${isActive ? "" : " inactive"}`,
  );

describe("a vendor's feed", () => {
  it("creates, updates, leaves alone and marks inactive what is absent", async () => {
    await addVendor("acme");
    const first = await runWith(serve(HEADER + rows(10)));
    expect(first.result).toMatchObject({ applied: 1, lines: 10, created: 10, updated: 0, deactivated: 0 });
    const [kept] = await store.db.ecomnowProduct.findMany({ where: { sku: "S0" } });
    expect(kept).toMatchObject({ priceMinor: 1250n, currency: "EUR", name: "Product S0", category: "Home > Kitchen" });

    const clock = manualClock(new Date("2026-11-21T12:00:00Z"));
    const changed = HEADER + rows(8).replace("S3,5", "S3,6") + row("NEW");
    const second = await runWith(serve(changed), { clock });
    expect(second.result).toMatchObject({ created: 1, updated: 1, deactivated: 2, unchanged: 7 });
    expect(await products()).toEqual([
      "NEW×5",
      "S0×5",
      "S1×5",
      "S2×5",
      "S3×6",
      "S4×5",
      "S5×5",
      "S6×5",
      "S7×5",
      "S8×5 inactive",
      "S9×5 inactive",
    ]);
    const touched = await store.db.ecomnowProduct.findMany({
      where: { updatedAt: clock.now() },
      orderBy: { sku: "asc" },
    });
    expect(touched.map(({ sku }) => sku)).toEqual(["NEW", "S3", "S8", "S9"]);

    const third = await runWith(serve(changed));
    expect(third.result).toMatchObject({ created: 0, updated: 0, deactivated: 0, unchanged: 9 });
    const back = await runWith(serve(changed + row("S9")));
    expect(back.result).toMatchObject({ updated: 1 });
    expect(await products()).toContain("S9×5");
    expect(await store.db.ecomnowFeedLine.count()).toBe(0);
  });

  it("of kind STOCK changes stock and leaves product data alone", async () => {
    const vendor = await addVendor("acme", { kind: "STOCK" });
    await runWith(serve("sku,quantity\nA,1\nB,2\n"));
    await store.db.ecomnowProduct.updateMany({
      where: { sku: "A" },
      data: { name: "kept", priceMinor: 5n, currency: "EUR" },
    });
    await runWith(serve("sku,quantity,name\nA,3,other\nB,2,other\n"));
    expect(await store.db.ecomnowProduct.findFirst({ where: { sku: "A", vendorId: vendor.id } })).toMatchObject({
      quantity: 3,
      name: "kept",
      priceMinor: 5n,
    });
  });

  it("comes as JSON lines, gzipped, under the vendor's own column names", async () => {
    await addVendor("acme", {
      feedFormat: "JSON_LINES",
      feedColumns: { sku: "Artikelnummer", quantity: "Bestand" },
      kind: "STOCK",
    });
    const text = `{"Artikelnummer":"A","Bestand":3}\n\n{"Artikelnummer":"B","Bestand":"4"}\n{"Artikelnummer":\n[1]\n`;
    const { result, last } = await runWith(serve(gzipSync(text), { "content-type": "application/gzip" }), {});
    expect(result).toMatchObject({ held: 1 });
    await store.db.ecomnowVendor.updateMany({ data: { maxBadPercent: 100 } });
    const again = await runWith(serve(gzipSync(text), { "content-encoding": "gzip" }));
    expect(again.result).toMatchObject({ applied: 1, created: 2, bad: 2 });
    expect(again.last.badLines.map(({ lineNo, code }) => [lineNo, code])).toEqual([
      [4n, "NOT_JSON"],
      [5n, "NOT_AN_OBJECT"],
    ]);
    expect(last.reasonCode).toBe("TOO_MANY_BAD_LINES");
  });

  it("is not read again while its ETag stands, unless it is to be read otherwise", async () => {
    await addVendor("acme");
    const tagged: Respond = (request, response) => {
      if (request.headers["if-none-match"] === '"v1"') response.writeHead(304).end();
      else response.writeHead(200, { etag: '"v1"' }).end(HEADER + rows(5));
    };
    expect((await runWith(tagged)).result).toMatchObject({ applied: 1 });
    expect((await runWith(tagged)).result).toMatchObject({ notModified: 1, lines: 0 });
    await store.db.ecomnowVendor.updateMany({ data: { kind: "STOCK" } });
    expect((await runWith(tagged)).result).toMatchObject({ applied: 1, lines: 5 });

    await store.db.ecomnowVendor.updateMany({
      data: { feedEtag: null, feedModified: "Fri, 20 Nov 2026 10:00:00 GMT" },
    });
    await runWith(tagged);
    expect(server.requests.at(-1)!.headers["if-modified-since"]).toBe("Fri, 20 Nov 2026 10:00:00 GMT");
  });

  it("keeps bad lines with number and reason, and their products active", async () => {
    await addVendor("acme", { maxBadPercent: 60 });
    await runWith(serve(HEADER + rows(8)));
    const text =
      HEADER +
      row("S0") +
      row("S1", "-3") +
      row("S2", 5, "1.234") +
      "S3,5\n" +
      row("S4").replace("EUR", "EURO") +
      row("S5") +
      row("S6") +
      row("S6", 9) +
      row("S7");
    const { result, last } = await runWith(serve(text));
    expect(result).toMatchObject({ applied: 1, bad: 5, deactivated: 0, updated: 0 });
    expect(last.badLines.map(({ lineNo, sku, code }) => [Number(lineNo), sku, code])).toEqual([
      [3, "S1", "BAD_QUANTITY"],
      [4, "S2", "BAD_PRICE"],
      [5, "S3", "WRONG_FIELD_COUNT"],
      [6, "S4", "BAD_CURRENCY"],
      [9, "S6", "DUPLICATE_SKU"],
    ]);
    expect(last.badLines[0]!.reason).toMatch(/quantity is "-3"/);
  });

  it("marks nothing inactive while a bad line hides which product it is about", async () => {
    await addVendor("acme", { maxBadPercent: 50 });
    await runWith(serve(HEADER + rows(8)));
    const { result, last } = await runWith(serve(HEADER + rows(7) + row("")));
    expect(result).toMatchObject({ applied: 1, deactivated: 0, bad: 1 });
    expect(last.counts).toMatchObject({ deactivationHeldBy: 1 });
  });

  it("finds a new product that comes twice, also in another batch", async () => {
    await addVendor("acme");
    const { result } = await runWith(serve(HEADER + rows(6_000) + row("S3", 9) + row("S5999", 9)));
    expect(result).toMatchObject({ created: 6_000, bad: 2 });
    expect(await store.db.ecomnowProduct.count({ where: { quantity: 9 } })).toBe(0);
  });

  it("opens with the vendor's key, which stands nowhere", async () => {
    const box = createSecretBox(TEST_KEY, {});
    await addVendor("acme", {
      authKind: "HEADER",
      authName: "X-Api-Key",
      authSecret: box.seal("s3cret", "vendor acme"),
    });
    await addVendor("ref", { authKind: "BEARER", authSecret: "env:ECOMNOW_SECRET_REF" });
    await addVendor("plain", { authKind: "BEARER", authSecret: "s3cret" });
    await addVendor("copied", { authKind: "BEARER", authSecret: box.seal("s3cret", "vendor acme") });
    server.respond = serve(HEADER + rows(3));
    const { result, problems } = await runFeeds({ env: { ECOMNOW_SECRET_REF: "other" } });
    expect(result).toMatchObject({ applied: 2, failed: 2 });
    expect(server.requests.find(({ url }) => url === "/acme.csv")!.headers["x-api-key"]).toBe("s3cret");
    expect(server.requests.find(({ url }) => url === "/ref.csv")!.headers.authorization).toBe("Bearer other");
    expect(
      JSON.stringify([problems, await store.db.ecomnowFeedImport.findMany({ select: { reason: true } })]),
    ).not.toContain("s3cret");
  });
});

describe("a feed that is not to be believed changes nothing", () => {
  const faults: [string, Respond, string, Record<string, unknown>?][] = [
    ["a 500", (_request, response) => void response.writeHead(500).end("oops"), "HTTP_STATUS"],
    [
      "an HTML page with 200",
      serve("<!doctype html><title>Down</title>", { "content-type": "text/html" }),
      "NOT_A_FEED",
    ],
    ["an HTML page as text", serve("\n <html><body>down</body></html>\n"), "NOT_A_FEED"],
    ["missing columns", serve("sku,menge,name,price,currency\nA,1,a,1,EUR\n"), "MISSING_COLUMNS"],
    ["no lines", serve(HEADER), "EMPTY"],
    ["an empty body", serve(""), "EMPTY"],
    ["half of its lines", serve(HEADER + rows(10)), "SHRUNKEN"],
    ["other products", serve(HEADER + rows(20).replaceAll("S", "T")), "SHRUNKEN"],
    [
      "another encoding",
      serve(Buffer.from(HEADER + rows(20).replaceAll("Product", "Größe"), "latin1")),
      "WRONG_ENCODING",
    ],
    ["UTF-16", serve(Buffer.from(`\ufeff${HEADER}${rows(20)}`, "utf16le")), "WRONG_ENCODING"],
    ["an unknown encoding label", serve(HEADER + rows(20)), "WRONG_ENCODING", { feedEncoding: "klingon" }],
    ["a last line cut in two", serve((HEADER + rows(20)).slice(0, -20)), "TRUNCATED"],
    [
      "a gzip cut in two",
      serve(gzipSync(HEADER + rows(20)).subarray(0, 100), { "content-encoding": "gzip" }),
      "TRUNCATED",
    ],
    [
      "a connection that breaks in the middle",
      (_request, response) => {
        response.writeHead(200, { "content-length": "100000" }).write(HEADER + rows(20), () => response.destroy());
      },
      "TRUNCATED",
    ],
    [
      "an end that nobody vouches for",
      (request) => {
        request.socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n${(HEADER + rows(20)).slice(0, -1)}`);
      },
      "TRUNCATED",
    ],
    ["a redirect", (_request, response) => void response.writeHead(302, { location: "/other" }).end(), "HTTP_STATUS"],
    ["bad lines", serve(HEADER + rows(17) + row("S17", "x") + row("S18", "x") + row("S19", "x")), "TOO_MANY_BAD_LINES"],
    ["an address of ours", serve(HEADER + rows(20)), "UNREACHABLE", { feedUrl: "http://169.254.169.254/latest" }],
  ];

  it.each(faults)("%s", async (_name, respond, code, vendor = {}) => {
    await addVendor("acme", { maxBadPercent: 10 });
    await runWith(serve(HEADER + rows(20)));
    await store.db.ecomnowVendor.updateMany({ data: vendor });
    const before = await store.db.ecomnowProduct.findMany({ orderBy: { id: "asc" } });
    const { last, problems, result } = await runWith(respond);
    expect([last.reasonCode, last.reason]).toEqual([code, expect.stringMatching(/./)]);
    expect(problems).toEqual([{ recordId: "acme", error: expect.stringContaining(code) }]);
    expect(Number(result["held"]) + Number(result["failed"])).toBe(1);
    expect(await store.db.ecomnowProduct.findMany({ orderBy: { id: "asc" } })).toEqual(before);
    expect(await store.db.ecomnowFeedLine.count()).toBe(0);
  });

  it("until a person says that it is right, and that once", async () => {
    await addVendor("acme", { acceptsShrunkenFeed: true, feedLines: 100 });
    expect((await runWith(serve(HEADER + rows(20)))).result).toMatchObject({ applied: 1 });
    expect((await runWith(serve(HEADER + rows(5)))).result).toMatchObject({ held: 1 });
  });
});

describe("vendors", () => {
  it("are read side by side, and a broken or slow one costs the others nothing", async () => {
    await addVendor("good");
    await addVendor("broken");
    await addVendor("silent");
    server.respond = (request, response) => {
      if (request.url === "/broken.csv") response.writeHead(503).end();
      else if (request.url === "/good.csv") response.end(HEADER + rows(3));
    };
    const run = startDataRun<object>(store.db, { privateHosts: [server.host] });
    (run.context.gateways.data as { tuning: object }).tuning = { feedConcurrency: 4, feedTimeoutMs: 200 };
    expect(await updateProductsInventoryAndCbpVendors(run.context)).toMatchObject({
      applied: 1,
      failed: 2,
      created: 3,
    });
  });

  it("are passed over while another run reads them", async () => {
    const { id } = await addVendor("acme");
    await store.db
      .$executeRaw`UPDATE ecomnow_vendor SET claimed_by = gen_random_uuid(), claimed_until = now() + interval '1 minute' WHERE id = ${id}`;
    expect((await runFeeds()).result).toMatchObject({ busy: 1 });
    expect(server.requests).toEqual([]);
  });

  it("can be named; one that is unknown is said so", async () => {
    await addVendor("acme");
    await addVendor("other");
    server.respond = serve(HEADER + rows(3));
    const { result, problems } = await runFeeds({ args: { vendors: ["acme", "acmee"] } });
    expect(result).toMatchObject({ vendors: 1, applied: 1 });
    expect(problems).toEqual([{ recordId: "acmee", error: "no active vendor has this code" }]);
  });

  it("are only looked at in a dry run", async () => {
    await addVendor("acme");
    server.respond = serve(HEADER + rows(3) + row("bad", "x"));
    await store.db.ecomnowVendor.updateMany({ data: { maxBadPercent: 50 } });
    const before = await store.db.ecomnowVendor.findMany();
    const { result } = await runFeeds({ dryRun: true });
    expect(result).toMatchObject({
      wouldDo: [
        {
          vendor: "acme",
          status: "APPLIED",
          wouldCreate: 3,
          listed: [{ sku: "S0", change: "create" }, {}, {}],
          badLines: [{ no: 5 }],
        },
      ],
    });
    expect(await store.db.ecomnowVendor.findMany()).toEqual(before);
    expect([await store.db.ecomnowProduct.count(), await store.db.ecomnowFeedImport.count()]).toEqual([0, 0]);
  });

  it("stop at the limit, which leaves the rest for the next run", async () => {
    await addVendor("acme");
    const tagged = serve(HEADER + rows(7), { etag: '"v1"' });
    expect((await runWith(tagged, { limit: 4 })).result).toMatchObject({ created: 4, deactivated: 0 });
    expect((await runWith(tagged)).result).toMatchObject({ created: 3, unchanged: 4 });
  });

  it("are free again after a run that was told to stop, with its import on record", async () => {
    await addVendor("acme");
    const run = startDataRun<object>(store.db, { privateHosts: [server.host], clock: manualClock(NOON) });
    server.respond = (_request, response) => {
      response.write(HEADER + rows(3));
      run.abort();
    };
    await expect(updateProductsInventoryAndCbpVendors(run.context)).rejects.toThrow("asked to stop");
    expect(await store.db.ecomnowVendor.findFirst()).toMatchObject({ claimedBy: null });
    expect(await store.db.ecomnowFeedImport.findFirst({ orderBy: { id: "desc" } })).toMatchObject({
      reasonCode: "STOPPED",
    });
  });
});
