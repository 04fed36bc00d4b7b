import { DAY_MS, manualClock, MINUTE_MS } from "@drumline/core/clock";
import { untilTrue } from "@drumline/testing";
import { describe, expect, it } from "@jest/globals";

import { createSecretBox } from "@drumline/outbound/secrets";
import { type Flow, useClients } from "./clients-under-test.ts";
import { NOON, TEST_KEY } from "./ecomnow-run.ts";

const clients = useClients();

const STOCK_OUT: Flow = { entity: "STOCK", direction: "OUT" };
const ORDERS_IN: Flow = { entity: "ORDER", direction: "IN" };

describe("a broken client", () => {
  it("does not delay another, whether it is silent, down or maps without end", async () => {
    await clients.addProducts(1);
    const endless = "($f := function($x) { $f($x + 1) }; $f(1))";
    await clients.addClient("silent", [STOCK_OUT], { timeoutMs: 4_000 });
    await clients.addClient("endless", [{ ...STOCK_OUT, mapping: endless }]);
    await clients.addClient("down", [STOCK_OUT], { baseUrl: "http://127.0.0.1:1" });
    await clients.addClient("nowhere", [STOCK_OUT], { baseUrl: "not a url" });
    await clients.addClient("forbidden", [STOCK_OUT], { baseUrl: "http://169.254.169.254" });
    await clients.addClient("good", [STOCK_OUT]);
    const order: string[] = [];
    clients.server.respond = (request, response) => {
      if (request.url!.startsWith("/silent")) return void response.once("close", () => order.push("silence ends"));
      order.push("good is served");
      response.end("{}");
    };
    const { result, problems } = await clients.run();
    expect(result).toMatchObject({ exchanged: 2, failed: 4 });
    expect(problems.map(({ recordId }) => recordId).sort()).toEqual(
      ["down", "forbidden", "nowhere", "silent"].map((client) => `${client} STOCK OUT`),
    );
    expect(order).toEqual(["good is served", "silence ends"]);
    // Its only record did not map, which is on record; a page of such records would have failed.
    expect((await clients.flow("endless", "STOCK")).logs[0]).toMatchObject({ isOk: true, records: 0, failed: 1 });
  });

  it("whose mapping runs away again and again is not waited for record by record", async () => {
    await clients.addProducts(50);
    await clients.addClient("endless", [{ ...STOCK_OUT, mapping: "($f := function($x) { $f($x + 1) }; $f(1))" }]);
    const { result, problems } = await clients.run();
    expect(result).toMatchObject({ failed: 1, badRecords: 3 });
    expect(problems[0]!.error).toContain("ran away");
    expect(await clients.flow("endless", "STOCK")).toMatchObject({ cursor: null });
  });

  it("that is slow gets its share of a run, and goes on in the next", async () => {
    await clients.addClient("slow", [{ ...ORDERS_IN, pageSize: 1 }, STOCK_OUT]);
    await clients.addProducts(1);
    clients.server.respond = (request, response) => {
      const from = Number(new URL(request.url!, "http://client").searchParams.get("cursor") ?? 0);
      const record = { external_id: `A${from}`, currency: "EUR", paid_minor: 1, placed_at: "2026-11-20T10:00:00Z" };
      const lines = [{ sku: "S", quantity: 1, price_minor: 1 }];
      const page = { records: [{ ...record, lines }], next_cursor: String(from + 1), has_more: true };
      setTimeout(() => response.end(JSON.stringify(page)), 50);
    };
    const settings = { ecomnowClientSeconds: 0.2 };
    const { result } = await clients.run("clients", { settings });
    expect(result).toMatchObject({ exchanged: 2, failed: 0 });
    const { cursor, nextRunAt } = await clients.flow("slow");
    expect(nextRunAt).toEqual(NOON);
    expect(Number(cursor)).toBeGreaterThan(0);
    expect(Number(cursor)).toBeLessThan(10);
    expect((await clients.run("clients", { settings, limit: 1 })).result).toMatchObject({ records: 1 });
    expect((await clients.flow("slow")).cursor).toBe(String(Number(cursor) + 1));
  });

  it("is asked twice as late after each failure, and no more after five until a person says so", async () => {
    await clients.addClient("acme", [ORDERS_IN]);
    clients.server.respond = (_request, response) => void response.writeHead(503).end();
    const clock = manualClock(NOON);
    const waits: number[] = [];
    for (let failure = 0; failure < 5; failure += 1) {
      await clients.run("clients", { clock });
      const { nextRunAt } = await clients.flow("acme");
      waits.push((nextRunAt!.getTime() - clock.now().getTime()) / MINUTE_MS);
      clock.advance(nextRunAt!.getTime() - clock.now().getTime());
    }
    expect(waits).toEqual([10, 20, 40, 80, 160]);
    const paused = await clients.flow("acme");
    expect(paused).toMatchObject({ consecutiveFailures: 5, pausedReason: expect.stringContaining("answered 503") });
    expect(paused.logs.map(({ isOk }) => isOk)).toEqual([false, false, false, false, false]);
    const open = () => clients.store.db.problem.findMany({ where: { kind: "FLOW_PAUSED", closedAt: null } });
    expect(await open()).toMatchObject([{ subjectType: "client", subjectKey: "acme ORDER IN", severity: "ERROR" }]);
    clock.advance(DAY_MS);
    expect((await clients.run("clients", { clock })).result).toMatchObject({ exchanged: 0, failed: 0 });
    expect(clients.server.requests).toHaveLength(5);

    await clients.store.db.ecomnowCustomerIntegrationEndpoint.updateMany({
      data: { pausedAt: null, pausedReason: null, consecutiveFailures: 0, nextRunAt: null },
    });
    clients.server.respond = (_request, response) => void response.end('{"records":[]}');
    expect((await clients.run("clients", { clock })).result).toMatchObject({ exchanged: 1 });
    expect(await clients.flow("acme")).toMatchObject({ consecutiveFailures: 0, lastError: null });
    expect(await open()).toEqual([]);
  });

  it.each([
    ["seconds", 429, "77", 77],
    ["a date", 429, new Date(NOON.getTime() + 900_000).toUTCString(), 900],
    ["seconds and a 503", 503, "900", 900],
    ["more than a lifetime", 429, "99999999999", 3_600],
  ])("that asks for patience by %s gets it, and is not paused for it", async (_form, status, header, seconds) => {
    await clients.addClient("acme", [ORDERS_IN]);
    clients.server.respond = (_request, response) => void response.writeHead(status, { "retry-after": header }).end();
    await clients.run();
    const until = new Date(NOON.getTime() + seconds * 1_000);
    expect(await clients.flow("acme")).toMatchObject({
      consecutiveFailures: 0,
      nextRunAt: until,
      lastError: expect.stringContaining(`asked for silence until ${until.toISOString()}`),
    });
  });
});

describe("an exchange", () => {
  it("is only listed by a dry run", async () => {
    await clients.addProducts(1);
    await clients.addClient("acme", [ORDERS_IN, STOCK_OUT]);
    const before = await clients.store.db.ecomnowCustomerIntegrationEndpoint.findMany({ orderBy: { id: "asc" } });
    const { result } = await clients.run("clients", { dryRun: true });
    expect(result).toEqual({
      wouldExchange: 2,
      listed: [
        { client: "acme", direction: "IN", entity: "ORDER", cursor: null },
        { client: "acme", direction: "OUT", entity: "STOCK", cursor: null },
      ],
    });
    expect(await clients.store.db.ecomnowCustomerIntegrationEndpoint.findMany({ orderBy: { id: "asc" } })).toEqual(
      before,
    );
    expect([clients.server.requests, await clients.store.db.ecomnowCustomerIntegrationLog.count()]).toEqual([[], 0]);
  });

  it("is had once by two runs at a time", async () => {
    await clients.addProducts(3);
    await clients.addClient("acme", [STOCK_OUT]);
    let answer = () => {};
    clients.server.respond = (_request, response) => void (answer = () => response.end("{}"));
    const runs = [clients.run(), clients.run()];
    // The one that has to let the other do it, while the other is at it.
    await Promise.race(runs);
    await untilTrue(() => clients.server.requests.length > 0, { what: "the client was asked" });
    answer();
    const results = (await Promise.all(runs)).map(({ result }) => result);
    expect(results.map(({ exchanged, busy }) => JSON.stringify([exchanged, busy])).sort()).toEqual(["[0,1]", "[1,0]"]);
    expect(clients.server.requests).toHaveLength(1);
  });

  it("is given back by a run that was told to stop, without a mark against the client", async () => {
    await clients.addClient("acme", [ORDERS_IN]);
    const started = clients.start();
    clients.server.respond = () => started.abort();
    await expect(started.result).rejects.toThrow("asked to stop");
    expect(await clients.flow("acme")).toMatchObject({ claimedBy: null, consecutiveFailures: 0, nextRunAt: null });
  });
});

describe("a client's secret", () => {
  const SECRET = 'pa"ss-S3CRET';
  const box = createSecretBox({ current: TEST_KEY }, {});
  const sealed = (client: string, url = clients.server.url) => box.seal(SECRET, `client ${client}`, [url]);
  const basic = Buffer.from(`shop:${SECRET}`).toString("base64");

  it("is sent as the client wants it", async () => {
    await clients.addClient("bearer", [ORDERS_IN], { authKind: "BEARER", authSecret: sealed("bearer") });
    await clients.addClient("basic", [ORDERS_IN], { authKind: "BASIC", authName: "shop", authSecret: sealed("basic") });
    const header = { authKind: "HEADER", authName: "X-Api-Key", authSecret: "env:ECOMNOW_SECRET_H" };
    await clients.addClient("header", [ORDERS_IN], header);
    clients.server.respond = (_request, response) => void response.end('{"records":[]}');
    await clients.run("clients", { env: { ECOMNOW_SECRET_H: "from env" } });
    const sent = clients.server.requests.map(({ headers }) => String(headers.authorization ?? headers["x-api-key"]));
    expect(sent.sort()).toEqual([`Basic ${basic}`, `Bearer ${SECRET}`, "from env"]);
  });

  it("leaks nowhere, even from a client that says it back", async () => {
    await clients.addProducts(1);
    await clients.addClient("parrot", [ORDERS_IN, STOCK_OUT, { entity: "REFUND", direction: "IN" }], {
      authKind: "BASIC",
      authName: "shop",
      authSecret: sealed("parrot"),
    });
    clients.server.respond = (request, response) => {
      const echo = `${SECRET} ${request.headers.authorization}`;
      if (request.url!.includes("refunds")) response.writeHead(400).end(JSON.stringify({ error: echo }));
      else if (request.method === "POST") response.end(JSON.stringify({ rejected: [{ index: 0, reason: echo }] }));
      else response.end(JSON.stringify({ records: [{ external_id: echo }], next_cursor: "1" }));
    };
    const { result, problems } = await clients.run();
    expect(result).toMatchObject({ exchanged: 2, failed: 1, badRecords: 2 });
    const { db } = clients.store;
    const seen = JSON.stringify([
      result,
      problems,
      await db.$queryRaw`SELECT problems, error FROM ecomnow_customer_integration_log`,
      await db.$queryRaw`SELECT last_error, paused_reason FROM ecomnow_customer_integration_endpoint`,
    ]);
    expect(seen).toContain("[secret]");
    for (const form of ["S3CRET", basic]) expect(seen).not.toContain(form);
    expect(await db.$queryRaw`SELECT 1 FROM ecomnow_customer_integration c WHERE c::text LIKE '%S3CRET%'`).toEqual([]);
  });

  it.each([
    ["plain text", "S3CRET", "neither sealed nor a reference"],
    ["another client's", sealed("somebody", "https://somebody.example"), "another row"],
    ["another host's", sealed("acme", "https://elsewhere.example"), "is sealed for elsewhere.example"],
    ["a reference to what is not set", "env:ECOMNOW_SECRET_MISSING", "is not set"],
    ["a reference to what is no secret of a client", "env:DATABASE_URL", "is not a name such as"],
    ["the key itself", "env:ECOMNOW_SECRET_KEY", "is not a name such as"],
    ["nothing", null, "auth_secret is empty"],
  ])("that is %s fails before anything is sent", async (_what, authSecret, error) => {
    await clients.addClient("acme", [ORDERS_IN], { authKind: "BEARER", authSecret });
    const { problems } = await clients.run("clients", {
      env: { DATABASE_URL: "S3CRET", ECOMNOW_SECRET_KEY: "S3CRET" },
    });
    expect(problems[0]!.error).toContain(error);
    expect(JSON.stringify(problems)).not.toContain("S3CRET");
    expect(clients.server.requests).toEqual([]);
  });
});
