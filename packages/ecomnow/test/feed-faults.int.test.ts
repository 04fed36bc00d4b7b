import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip, gzipSync } from "node:zlib";

import { describe, expect, it } from "@jest/globals";

import { HEADER, row, rows, serve, useFeeds } from "./feeds-under-test.ts";
import type { Respond } from "./local-server.ts";

const feeds = useFeeds();

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
    await feeds.addVendor("acme", { maxBadPercent: 10 });
    await feeds.runWith(serve(HEADER + rows(20)));
    await feeds.store.db.ecomnowVendor.updateMany({ data: vendor });
    const before = await feeds.store.db.ecomnowProduct.findMany({ orderBy: { id: "asc" } });
    const { last, problems, result } = await feeds.runWith(respond);
    expect([last.reasonCode, last.reason]).toEqual([code, expect.stringMatching(/./)]);
    expect(problems).toEqual([{ recordId: "acme", error: expect.stringContaining(code) }]);
    expect(Number(result["held"]) + Number(result["failed"])).toBe(1);
    expect(await feeds.store.db.ecomnowProduct.findMany({ orderBy: { id: "asc" } })).toEqual(before);
    expect(await feeds.store.db.ecomnowFeedLine.count()).toBe(0);
  });

  it("until a person says that it is right, and that once", async () => {
    await feeds.addVendor("acme", { acceptsShrunkenFeed: true, feedLines: 100 });
    expect((await feeds.runWith(serve(HEADER + rows(20)))).result).toMatchObject({ applied: 1 });
    expect((await feeds.runWith(serve(HEADER + rows(5)))).result).toMatchObject({ held: 1 });
  });

  it("and is a problem that a person sees, until a feed is used again", async () => {
    await feeds.addVendor("acme");
    await feeds.runWith(serve(HEADER + rows(20)));
    await feeds.runWith(serve(HEADER + rows(5)));
    const open = () => feeds.store.db.problem.findMany({ where: { kind: "FEED_HELD", closedAt: null } });
    expect(await open()).toMatchObject([
      { subjectType: "feed", subjectKey: "acme", reason: expect.stringContaining("SHRUNKEN") },
    ]);
    await feeds.runWith(serve(HEADER + rows(20)));
    expect(await open()).toEqual([]);
  });
});

describe("a feed that goes wrong on its way", () => {
  const errorPage = "<html><body>500 Internal Server Error</body></html>\n";

  it.each<[string, Respond, string]>([
    ["an error page in the place of its second half", serve(HEADER + rows(10) + errorPage), "SHRUNKEN"],
    ["an error page for its last line, without an end", serve(HEADER + rows(19) + errorPage.trim()), "TRUNCATED"],
    [
      "an error page in a gzip that is whole",
      serve(gzipSync(HEADER + rows(3) + errorPage), { "content-encoding": "gzip" }),
      "TOO_MANY_BAD_LINES",
    ],
    [
      "chunks that end in the middle",
      (_request, response) => {
        response.writeHead(200).write(HEADER + rows(10), () => response.destroy());
      },
      "TRUNCATED",
    ],
    [
      "a quote on each line that never closes",
      serve(HEADER + rows(20).replaceAll("Product", '"Product')),
      "TOO_MANY_BAD_LINES",
    ],
    ["a header that never closes its quote", serve(`"${HEADER}${rows(20)}`), "MISSING_COLUMNS"],
  ])("with %s changes nothing", async (_what, respond, code) => {
    await feeds.addVendor("acme", { maxBadPercent: 10 });
    await feeds.runWith(serve(HEADER + rows(20)));
    const before = await feeds.store.db.ecomnowProduct.findMany({ orderBy: { id: "asc" } });
    const { last } = await feeds.runWith(respond);
    expect(last.reasonCode).toBe(code);
    expect(await feeds.store.db.ecomnowProduct.findMany({ orderBy: { id: "asc" } })).toEqual(before);
  });

  it("with one quote that never closes loses that line and no other, and deactivates nothing", async () => {
    await feeds.addVendor("acme", { maxBadPercent: 10 });
    const torn = rows(20).replace("Product S7,", '"Product S7,');
    const { result, last } = await feeds.runWith(serve(HEADER + torn));
    expect(result).toMatchObject({ applied: 1, created: 19, bad: 1, deactivated: 0 });
    expect(last.badLines.map(({ lineNo, sku }) => [Number(lineNo), sku])).toEqual([[9, "S7"]]);
  });

  it.each(["plain", "gzip"])("that is 3 GB without a line end (%s) ends soon, in little memory", async (how) => {
    await feeds.addVendor("acme");
    const [piece, pieces] = [Buffer.alloc(1024 * 1024, "x"), 3 * 1024];
    let sent = 0;
    const endless = function* () {
      for (; sent < pieces; sent += 1) yield piece;
    };
    feeds.server.respond = async (_request, response) => {
      response.writeHead(200, how === "gzip" ? { "content-encoding": "gzip" } : {});
      const body = Readable.from(endless());
      await pipeline(how === "gzip" ? [body, createGzip({ level: 1 }), response] : [body, response]).catch(() => {});
    };
    let highestBytes = 0;
    const before = process.memoryUsage().rss;
    const watch = setInterval(() => (highestBytes = Math.max(highestBytes, process.memoryUsage().rss)), 20);
    const { problems } = await feeds.runFeeds().finally(() => clearInterval(watch));
    expect(problems).toEqual([{ recordId: "acme", error: expect.stringContaining("ENDLESS_LINE") }]);
    // Packed, hundreds of megabytes are on the way before the reader can say no.
    expect(sent).toBeLessThan(pieces / 2);
    // Server and reader share this process.
    expect((highestBytes - before) / 1024 / 1024).toBeLessThan(200);
  });
});
