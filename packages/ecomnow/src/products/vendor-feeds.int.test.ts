import { gzipSync } from "node:zlib";

import { manualClock } from "@drumline/core/clock";
import { describe, expect, it } from "@jest/globals";

import { createSecretBox } from "@drumline/outbound/secrets";
import { updateProductsInventoryAndCbpVendors } from "./update-products-inventory-and-cbp-vendors.ts";
import { NOON, startEcomnowRun, TEST_KEY } from "../../test/ecomnow-run.ts";
import { HEADER, row, rows, serve, useFeeds } from "../../test/feeds-under-test.ts";
import type { Respond } from "../../test/local-server.ts";

const feeds = useFeeds();

const products = async () =>
  (await feeds.store.db.ecomnowProduct.findMany({ orderBy: { sku: "asc" } })).map(
    ({ sku, quantity, isActive }) => `${sku}×${quantity}${isActive ? "" : " inactive"}`,
  );

describe("a vendor's feed", () => {
  it("creates, updates, leaves alone and marks inactive what is absent", async () => {
    await feeds.addVendor("acme");
    const first = await feeds.runWith(serve(HEADER + rows(10)));
    expect(first.result).toMatchObject({ applied: 1, lines: 10, created: 10, updated: 0, deactivated: 0 });
    const [kept] = await feeds.store.db.ecomnowProduct.findMany({ where: { sku: "S0" } });
    expect(kept).toMatchObject({ priceMinor: 1250n, currency: "EUR", name: "Product S0", category: "Home > Kitchen" });

    const clock = manualClock(new Date("2026-11-21T12:00:00Z"));
    const changed = HEADER + rows(8).replace("S3,5", "S3,6") + row("NEW");
    const before = (await feeds.store.db.ecomnowProduct.aggregate({ _max: { updatedAt: true } }))._max.updatedAt!;
    const second = await feeds.runWith(serve(changed), { clock });
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
    const touched = await feeds.store.db.ecomnowProduct.findMany({
      where: { updatedAt: { gt: before } },
      orderBy: { sku: "asc" },
    });
    expect(touched.map(({ sku }) => sku)).toEqual(["NEW", "S3", "S8", "S9"]);

    const third = await feeds.runWith(serve(changed));
    expect(third.result).toMatchObject({ created: 0, updated: 0, deactivated: 0, unchanged: 9 });
    const back = await feeds.runWith(serve(changed + row("S9")));
    expect(back.result).toMatchObject({ updated: 1 });
    expect(await products()).toContain("S9×5");
    expect(await feeds.store.db.ecomnowFeedLine.count()).toBe(0);
  });

  it("of kind STOCK changes stock and leaves product data alone", async () => {
    const vendor = await feeds.addVendor("acme", { kind: "STOCK" });
    await feeds.runWith(serve("sku,quantity\nA,1\nB,2\n"));
    await feeds.store.db.ecomnowProduct.updateMany({
      where: { sku: "A" },
      data: { name: "kept", priceMinor: 5n, currency: "EUR" },
    });
    await feeds.runWith(serve("sku,quantity,name\nA,3,other\nB,2,other\n"));
    expect(await feeds.store.db.ecomnowProduct.findFirst({ where: { sku: "A", vendorId: vendor.id } })).toMatchObject({
      quantity: 3,
      name: "kept",
      priceMinor: 5n,
    });
  });

  it("comes as JSON lines, gzipped, under the vendor's own column names", async () => {
    await feeds.addVendor("acme", {
      feedFormat: "JSON_LINES",
      feedColumns: { sku: "Artikelnummer", quantity: "Bestand" },
      kind: "STOCK",
    });
    const text = `{"Artikelnummer":"A","Bestand":3}\n\n{"Artikelnummer":"B","Bestand":"4"}\n{"Artikelnummer":\n[1]\n`;
    const { result, last } = await feeds.runWith(serve(gzipSync(text), { "content-type": "application/gzip" }), {});
    expect(result).toMatchObject({ held: 1 });
    await feeds.store.db.ecomnowVendor.updateMany({ data: { maxBadPercent: 100 } });
    const again = await feeds.runWith(serve(gzipSync(text), { "content-encoding": "gzip" }));
    expect(again.result).toMatchObject({ applied: 1, created: 2, bad: 2 });
    expect(again.last.badLines.map(({ lineNo, code }) => [lineNo, code])).toEqual([
      [4n, "NOT_JSON"],
      [5n, "NOT_AN_OBJECT"],
    ]);
    expect(last.reasonCode).toBe("TOO_MANY_BAD_LINES");
  });

  it("is not read again while its ETag stands, unless it is to be read otherwise", async () => {
    await feeds.addVendor("acme");
    const tagged: Respond = (request, response) => {
      if (request.headers["if-none-match"] === '"v1"') response.writeHead(304).end();
      else response.writeHead(200, { etag: '"v1"' }).end(HEADER + rows(5));
    };
    expect((await feeds.runWith(tagged)).result).toMatchObject({ applied: 1 });
    expect((await feeds.runWith(tagged)).result).toMatchObject({ notModified: 1, lines: 0 });
    await feeds.store.db.ecomnowVendor.updateMany({ data: { kind: "STOCK" } });
    expect((await feeds.runWith(tagged)).result).toMatchObject({ applied: 1, lines: 5 });

    await feeds.store.db.ecomnowVendor.updateMany({
      data: { feedEtag: null, feedModified: "Fri, 20 Nov 2026 10:00:00 GMT" },
    });
    await feeds.runWith(tagged);
    expect(feeds.server.requests.at(-1)!.headers["if-modified-since"]).toBe("Fri, 20 Nov 2026 10:00:00 GMT");
  });

  it("keeps bad lines with number and reason, and their products active", async () => {
    await feeds.addVendor("acme", { maxBadPercent: 70 });
    await feeds.runWith(serve(HEADER + rows(8)));
    const text =
      HEADER +
      row("S0") +
      row("S1", "3-") +
      row("S2", 5, "1.234") +
      "S3,5\n" +
      row("S4").replace("EUR", "EURO") +
      row("S5") +
      row("S6") +
      row("S6", 9) +
      row("S7", 5, "-1");
    const { result, last } = await feeds.runWith(serve(text));
    expect(result).toMatchObject({ applied: 1, bad: 6, notSold: 2, deactivated: 0, updated: 2 });
    expect(last.badLines.map(({ lineNo, sku, code }) => [Number(lineNo), sku, code])).toEqual([
      [3, "S1", "BAD_QUANTITY"],
      [4, "S2", "BAD_PRICE"],
      [5, "S3", "WRONG_FIELD_COUNT"],
      [6, "S4", "BAD_CURRENCY"],
      [9, "S6", "DUPLICATE_SKU"],
      [10, "S7", "BAD_PRICE"],
    ]);
    expect(last.badLines[0]!.reason).toMatch(/quantity is "3-"/);
  });

  it("marks nothing inactive while a bad line hides which product it is about", async () => {
    await feeds.addVendor("acme", { maxBadPercent: 50 });
    await feeds.runWith(serve(HEADER + rows(8)));
    const { result, last } = await feeds.runWith(serve(HEADER + rows(7) + row("")));
    expect(result).toMatchObject({ applied: 1, deactivated: 0, bad: 1 });
    expect(last.counts).toMatchObject({ deactivationHeldBy: 1 });
  });

  it("finds a new product that comes twice, also in another batch", async () => {
    await feeds.addVendor("acme");
    const { result } = await feeds.runWith(serve(HEADER + rows(6_000) + row("S3", 9) + row("S5999", 9)));
    expect(result).toMatchObject({ created: 6_000, bad: 2 });
    expect(await feeds.store.db.ecomnowProduct.count({ where: { quantity: 9 } })).toBe(0);
  });

  it("opens with the vendor's key, which stands nowhere", async () => {
    const box = createSecretBox({ current: TEST_KEY }, {});
    const authSecret = box.seal("s3cret", "vendor acme", [`http://${feeds.server.host}`]);
    await feeds.addVendor("acme", { authKind: "HEADER", authName: "X-Api-Key", authSecret });
    await feeds.addVendor("ref", { authKind: "BEARER", authSecret: "env:ECOMNOW_SECRET_REF" });
    await feeds.addVendor("plain", { authKind: "BEARER", authSecret: "s3cret" });
    await feeds.addVendor("copied", { authKind: "BEARER", authSecret });
    feeds.server.respond = serve(HEADER + rows(3));
    const { result, problems } = await feeds.runFeeds({ env: { ECOMNOW_SECRET_REF: "other" } });
    expect(result).toMatchObject({ applied: 2, failed: 2 });
    expect(feeds.server.requests.find(({ url }) => url === "/acme.csv")!.headers["x-api-key"]).toBe("s3cret");
    expect(feeds.server.requests.find(({ url }) => url === "/ref.csv")!.headers.authorization).toBe("Bearer other");
    expect(
      JSON.stringify([problems, await feeds.store.db.ecomnowFeedImport.findMany({ select: { reason: true } })]),
    ).not.toContain("s3cret");
  });
});

describe("vendors", () => {
  it("are read side by side, and a broken or slow one costs the others nothing", async () => {
    await feeds.addVendor("good");
    await feeds.addVendor("broken");
    await feeds.addVendor("silent");
    feeds.server.respond = (request, response) => {
      if (request.url === "/broken.csv") response.writeHead(503).end();
      else if (request.url === "/good.csv") response.end(HEADER + rows(3));
    };
    const run = startEcomnowRun(feeds.store.db, {
      settings: { ecomnowPrivateHosts: [feeds.server.host], ecomnowFeedTimeoutSeconds: 0.2 },
    });
    expect(await updateProductsInventoryAndCbpVendors(run.context)).toMatchObject({
      applied: 1,
      failed: 2,
      created: 3,
    });
  });

  it("are passed over while another run reads them", async () => {
    const { id } = await feeds.addVendor("acme");
    await feeds.store.db
      .$executeRaw`UPDATE ecomnow_vendor SET claimed_by = gen_random_uuid(), claimed_until = now() + interval '1 minute' WHERE id = ${id}`;
    expect((await feeds.runFeeds()).result).toMatchObject({ busy: 1 });
    expect(feeds.server.requests).toEqual([]);
  });

  it("can be named; one that is unknown is said so", async () => {
    await feeds.addVendor("acme");
    await feeds.addVendor("other");
    feeds.server.respond = serve(HEADER + rows(3));
    const { result, problems } = await feeds.runFeeds({ args: { vendors: ["acme", "acmee"] } });
    expect(result).toMatchObject({ vendors: 1, applied: 1 });
    expect(problems).toEqual([{ recordId: "acmee", error: "no active vendor has this code" }]);
  });

  it("are only looked at in a dry run", async () => {
    await feeds.addVendor("acme");
    feeds.server.respond = serve(HEADER + rows(3) + row("bad", "x"));
    await feeds.store.db.ecomnowVendor.updateMany({ data: { maxBadPercent: 50 } });
    const before = await feeds.store.db.ecomnowVendor.findMany();
    const { result } = await feeds.runFeeds({ dryRun: true });
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
    expect(await feeds.store.db.ecomnowVendor.findMany()).toEqual(before);
    expect([await feeds.store.db.ecomnowProduct.count(), await feeds.store.db.ecomnowFeedImport.count()]).toEqual([
      0, 0,
    ]);
  });

  it("stop at the limit, which leaves the rest for the next run", async () => {
    await feeds.addVendor("acme");
    const tagged = serve(HEADER + rows(7), { etag: '"v1"' });
    expect((await feeds.runWith(tagged, { limit: 4 })).result).toMatchObject({ created: 4, deactivated: 0 });
    expect((await feeds.runWith(tagged)).result).toMatchObject({ created: 3, unchanged: 4 });
  });

  it("are free again after a run that was told to stop, with its import on record", async () => {
    await feeds.addVendor("acme");
    const run = startEcomnowRun(feeds.store.db, {
      settings: { ecomnowPrivateHosts: [feeds.server.host] },
      clock: manualClock(NOON),
    });
    feeds.server.respond = (_request, response) => {
      response.write(HEADER + rows(3));
      run.abort();
    };
    await expect(updateProductsInventoryAndCbpVendors(run.context)).rejects.toThrow("asked to stop");
    expect(await feeds.store.db.ecomnowVendor.findFirst()).toMatchObject({ claimedBy: null });
    expect(await feeds.store.db.ecomnowFeedImport.findFirst({ orderBy: { id: "desc" } })).toMatchObject({
      reasonCode: "STOPPED",
    });
  });
});

describe("a product that comes after orders for it", () => {
  it("is found by their lines, where its vendor is the one they are about", async () => {
    const { db } = feeds.store;
    const acme = await feeds.addVendor("acme");
    const other = await db.ecomnowVendor.create({ data: { code: "other", name: "other" } });
    const lineOf = async (number: string, sku: string, vendorId: bigint | null) => {
      const client = await db.ecomnowCustomerIntegration.create({
        data: { code: `c-${number}`, name: "c", baseUrl: "http://c", vendorId },
      });
      const placed = { placedAt: new Date(), createdAt: new Date(), updatedAt: new Date() };
      const { lines } = await db.ecomnowOrder.create({
        data: {
          number,
          integrationId: client.id,
          externalId: number,
          currency: "EUR",
          paidMinor: 1n,
          ...placed,
          lines: { create: { lineNo: 1, sku, quantity: 1, priceMinor: 1n } },
        },
        include: { lines: true },
      });
      return lines[0]!.id;
    };
    const ids = [
      await lineOf("any", "S0", null),
      await lineOf("acme", "S1", acme.id),
      await lineOf("other", "S1", other.id),
      await lineOf("unknown", "nobody", null),
    ];
    await feeds.runWith(serve(HEADER + rows(2)));
    const found = await db.ecomnowOrderLine.findMany({
      where: { id: { in: ids } },
      orderBy: { id: "asc" },
      include: { product: true },
    });
    expect(found.map(({ product }) => product?.sku ?? null)).toEqual(["S0", "S1", null, null]);
    await db.ecomnowOrder.deleteMany();
    await db.ecomnowCustomerIntegration.deleteMany();
  });
});
