import { manualClock } from "@drumline/core/clock";
import { describe, expect, it } from "@jest/globals";

import { smallOrder } from "./client-records.ts";
import { useClients } from "./clients-under-test.ts";
import { NOON } from "./ecomnow-run.ts";
import type { Respond } from "./local-server.ts";

const clients = useClients();

/** Serves a list in pages; the cursor is the number of records before it. */
const servePages =
  (records: readonly unknown[]): Respond =>
  (request, response) => {
    const { searchParams } = new URL(request.url!, "http://client");
    const [from, limit] = [Number(searchParams.get("cursor") ?? 0), Number(searchParams.get("limit"))];
    const page = records.slice(from, from + limit);
    const next = from + page.length;
    response.end(JSON.stringify({ records: page, next_cursor: String(next), has_more: next < records.length }));
  };

const orders = async () =>
  (await clients.store.db.ecomnowOrder.findMany({ orderBy: { id: "asc" }, include: { lines: true } })).map(
    ({ number, status, paidMinor, lines }) => `${number} ${status} ${paidMinor} ${lines.map(({ sku }) => sku).join()}`,
  );

describe("a client's records", () => {
  it("come in page by page, mapped, and a second run finds nothing new", async () => {
    await clients.addClient("acme", [
      {
        entity: "ORDER",
        direction: "IN",
        pageSize: 2,
        mapping: `{"external_id": $string(no), "currency": "EUR", "paid_minor": $round(total * 100), "placed_at": at,
          "lines": [items.{"sku": art, "quantity": n, "price_minor": 100}]}`,
      },
    ]);
    const raw = (no: number) => ({ no, total: 9.99, at: "2026-11-20T10:00:00Z", items: [{ art: `A${no}`, n: 1 }] });
    clients.server.respond = servePages([raw(1), raw(2), raw(3)]);
    const clock = manualClock(NOON);
    const first = await clients.run("clients", { clock });
    expect(first.result).toMatchObject({ exchanged: 1, failed: 0, records: 3, badRecords: 0 });
    expect(await orders()).toEqual(["acme:1 OPEN 999 A1", "acme:2 OPEN 999 A2", "acme:3 OPEN 999 A3"]);
    const { cursor, logs, nextRunAt } = await clients.flow("acme");
    expect([cursor, nextRunAt]).toEqual(["3", new Date(NOON.getTime() + 300_000)]);
    expect(logs).toEqual([expect.objectContaining({ isOk: true, pages: 2, records: 3, failed: 0, error: null })]);

    expect((await clients.run("clients", { clock })).result).toMatchObject({ exchanged: 0 });
    clock.advance(300_000);
    const second = await clients.run("clients", { clock });
    expect(second.result).toMatchObject({ exchanged: 1, records: 0 });
    expect(clients.asked("/acme/orders").map(({ query }) => query.get("cursor"))).toEqual([null, "2", "3"]);
    expect(await clients.store.db.ecomnowOrder.count({ where: { updatedAt: clock.now() } })).toBe(0);
  });

  it("that cannot be read are kept with id and reason, and stop no other", async () => {
    await clients.addClient("acme", [{ entity: "ORDER", direction: "IN" }]);
    const hostile = smallOrder("'); DROP TABLE ecomnow_order; --\r\nx: y");
    const bad = [
      smallOrder("B1", { paid_minor: "1" }),
      smallOrder("B2", { lines: [] }),
      smallOrder("B\u0000"),
      7,
      null,
      [],
    ];
    clients.server.respond = servePages([smallOrder("A1"), ...bad, hostile]);
    const { result } = await clients.run();
    expect(result).toMatchObject({ exchanged: 1, records: 2, badRecords: 6 });
    expect(await orders()).toHaveLength(2);
    const [log] = (await clients.flow("acme")).logs;
    expect(log!.problems).toEqual([
      expect.objectContaining({ record: "B1", problem: expect.stringContaining("paid_minor") }),
      expect.objectContaining({ record: "B2", problem: expect.stringContaining("lines") }),
      expect.objectContaining({ problem: expect.stringContaining("cannot be kept") }),
      expect.objectContaining({ record: "page 1, record 5", raw: "7" }),
      expect.objectContaining({ raw: "null" }),
      expect.objectContaining({ raw: "[]" }),
    ]);
  });

  it("may be changed by the client later, lines and all", async () => {
    await clients.addClient("acme", [{ entity: "ORDER", direction: "IN", intervalSeconds: 1 }]);
    clients.server.respond = servePages([
      smallOrder("A1"),
      smallOrder("A1", { status: "CANCELLED", lines: [{ sku: "T", quantity: 1, price_minor: 0 }] }),
    ]);
    await clients.run();
    expect(await orders()).toEqual(["acme:A1 CANCELLED 1500 T"]);
  });

  it("of orders come before shipments and refunds, and one without its order is said so", async () => {
    await clients.addClient("acme", [
      { entity: "REFUND", direction: "IN" },
      { entity: "SHIPMENT", direction: "IN" },
      { entity: "ORDER", direction: "IN" },
    ]);
    const shipment = (id: string, of: string) => ({
      external_id: id,
      order: of,
      tracking_number: `T${id}`,
      carrier: "ups",
      status: "sent",
    });
    clients.server.respond = (request, response, body) => {
      const path = request.url!.split("?")[0]!;
      const records = {
        "/acme/orders": [smallOrder("A1")],
        "/acme/shipments": [shipment("S1", "A1"), shipment("S2", "nobody")],
        "/acme/refunds": [{ external_id: "R1", order: "A1", amount_minor: 500 }],
      }[path]!;
      return servePages(records)(request, response, body);
    };
    expect((await clients.run()).result).toMatchObject({ exchanged: 3, records: 4, badRecords: 1 });
    expect(await clients.store.db.ecomnowShipment.findMany()).toEqual([
      expect.objectContaining({ trackingNumber: "TS1", carrier: "ups" }),
    ]);
    expect(await clients.store.db.ecomnowRefund.findMany()).toEqual([
      expect.objectContaining({ number: "acme:R1", amountMinor: 500n, version: 1, sentVersion: 0 }),
    ]);
    expect((await clients.flow("acme", "SHIPMENT")).logs[0]!.problems).toEqual([
      expect.objectContaining({ record: "S2", problem: expect.stringContaining("order is not known") }),
    ]);
  });

  it("tell of a refund once it is closed, with the lines that the client named", async () => {
    await clients.addClient("acme", [
      { entity: "ORDER", direction: "IN", intervalSeconds: 1 },
      { entity: "REFUND", direction: "IN", intervalSeconds: 1 },
    ]);
    const line = (sku: string, quantity: number) => ({ sku, quantity, price_minor: 750 });
    const own = [smallOrder("A1", { lines: [line("X", 2), line("Y", 3)] })];
    const named = [{ sku: "Y", quantity: 1 }];
    const refund = (id: string, status: string, more = {}) => ({
      external_id: id,
      order: "A1",
      amount_minor: 500,
      status,
      ...more,
    });
    let refunds = [refund("R1", "OPEN", { lines: named }), refund("R2", "CLOSED")];
    clients.server.respond = (request, response) =>
      void response.end(JSON.stringify({ records: request.url!.includes("orders") ? own : refunds }));
    const clock = manualClock(NOON);
    const told = async () =>
      (await clients.store.db.eventQueue.findMany({ where: { eventType: "ecomnow.refund.closed" } }))
        .map(({ payload }) => payload as { number: string })
        .sort((one, other) => (one.number < other.number ? -1 : 1));
    await clients.run("clients", { clock });
    expect(await told()).toEqual([{ number: "acme:R2", order: "acme:A1", lines: [] }]);
    for (const amount_minor of [500, 400]) {
      refunds = [refund("R1", "CLOSED", { lines: named, amount_minor })];
      clock.advance(5_000);
      await clients.run("clients", { clock });
    }
    expect(await told()).toEqual([
      { number: "acme:R1", order: "acme:A1", lines: [{ sku: "Y", quantity: 1 }] },
      { number: "acme:R2", order: "acme:A1", lines: [] },
    ]);
  });

  it("say which lines a refund is about; without them it is about all of its order's", async () => {
    await clients.addClient("acme", [
      { entity: "ORDER", direction: "IN", intervalSeconds: 1 },
      { entity: "REFUND", direction: "IN", intervalSeconds: 1 },
    ]);
    const line = (sku: string, quantity = 2) => ({ sku, quantity, price_minor: 750 });
    let own = [smallOrder("A1", { lines: [line("X"), line("Y", 3)] })];
    const refund = (id: string, lines?: unknown) => ({ external_id: id, order: "A1", amount_minor: 500, lines });
    let refunds = [
      refund("R1"),
      refund("R2", [{ sku: "Y", quantity: 1 }]),
      refund("R3", [{ sku: "Z", quantity: 1 }]),
      refund("R4", [{ article: 7 }]),
      refund("R5", [{ sku: "X" }, { sku: "Z" }]),
    ];
    clients.server.respond = (request, response) =>
      void response.end(JSON.stringify({ records: request.url!.includes("orders") ? own : refunds }));
    const clock = manualClock(NOON);
    const lines = async () =>
      (
        await clients.store.db.ecomnowRefundLine.findMany({
          orderBy: [{ refundId: "asc" }, { orderLineId: "asc" }],
          include: { refund: true, orderLine: true },
        })
      ).map(
        ({ refund: { number }, orderLine: { sku }, quantity, isImplied }) =>
          `${number} ${quantity} ${sku}${isImplied ? " implied" : ""}`,
      );
    const all = (id: string) => [`acme:${id} 2 X implied`, `acme:${id} 3 Y implied`];
    await clients.run("clients", { clock });
    expect(await lines()).toEqual([...all("R1"), "acme:R2 1 Y", ...all("R3"), ...all("R4"), "acme:R5 2 X"]);

    // The client takes X out and puts Z in: what names Z finds it, and what names X keeps it.
    own = [smallOrder("A1", { lines: [line("Z", 4), line("Y", 3)] })];
    refunds = [];
    clock.advance(5_000);
    await clients.run("clients", { clock });
    const after = (id: string) => [`acme:${id} 4 Z implied`, `acme:${id} 3 Y implied`];
    expect(await lines()).toEqual([...after("R1"), "acme:R2 1 Y", "acme:R3 1 Z", ...after("R4"), "acme:R5 4 Z"]);
    expect(await clients.store.db.ecomnowRefund.findMany()).toEqual(
      Array.from({ length: 5 }, () => expect.objectContaining({ version: 1 })),
    );
  });

  it("leave the cursor where it was when their page could not be saved whole", async () => {
    await clients.addClient("acme", [{ entity: "ORDER", direction: "IN", pageSize: 2 }]);
    clients.server.respond = servePages([smallOrder("A1"), smallOrder("A2"), smallOrder("A3"), smallOrder("A4")]);
    const { db } = clients.store;
    // Not a data error: the next try may find the database well again.
    await db.$executeRaw`CREATE FUNCTION fail_at_a3(id text) RETURNS boolean LANGUAGE plpgsql AS
      $$BEGIN IF id = 'A3' THEN RAISE EXCEPTION 'disk full' USING ERRCODE = '53100'; END IF; RETURN true; END$$`;
    await db.$executeRaw`ALTER TABLE ecomnow_order ADD CONSTRAINT no_a3 CHECK (fail_at_a3(external_id))`;
    try {
      expect((await clients.run()).result).toMatchObject({ failed: 1, records: 2 });
      expect((await clients.flow("acme")).cursor).toBe("2");
      expect(await orders()).toHaveLength(2);
    } finally {
      await db.$executeRaw`ALTER TABLE ecomnow_order DROP CONSTRAINT no_a3`;
    }
    const clock = manualClock(new Date(NOON.getTime() + 3_600_000));
    expect((await clients.run("clients", { clock })).result).toMatchObject({ exchanged: 1, records: 2 });
    expect(await orders()).toHaveLength(4);
  });

  it("stop at the limit and go on in the next run", async () => {
    await clients.addClient("acme", [{ entity: "ORDER", direction: "IN", pageSize: 2 }]);
    clients.server.respond = servePages(Array.from({ length: 7 }, (_, index) => smallOrder(`A${index}`)));
    expect((await clients.run("clients", { limit: 3 })).result).toMatchObject({ records: 3 });
    expect((await clients.run()).result).toMatchObject({ records: 4 });
  });
});

describe("an answer that is no page", () => {
  it.each<[string, Respond, string]>([
    ["a web page", (_request, response) => void response.end("<html>down</html>"), "not JSON"],
    ["a list", (_request, response) => void response.end("[]"), "did not answer a page"],
    [
      "more without a cursor",
      (_request, response) => void response.end(JSON.stringify({ records: [smallOrder("A1")], has_more: true })),
      "not after which cursor",
    ],
    ["a redirect", (_request, response) => void response.writeHead(302, { location: "/" }).end(), "answered 302"],
    ["a refusal", (_request, response) => void response.writeHead(401).end(), "does not accept our credentials"],
    ["a page of nothing but nonsense", servePages(Array.from({ length: 10 }, () => ({}))), "not one of 10 records"],
    [
      "nesting without an end",
      (_request, response) => void response.end(`{"records":[${"[".repeat(50_000)}`),
      "ends too early",
    ],
    [
      "more values than one answer may have",
      (_request, response) => void response.end(`{"records":[${`[${"0,".repeat(50)}0],`.repeat(9_000)}1]}`),
      "holds more than 400000 values",
    ],
    [
      "more records than one answer may have",
      (_request, response) => void response.end(`{"records":[${"[],".repeat(600_000)}1]}`),
      "has more than 10000 records",
    ],
    ["a flood", (_request, response) => void response.end("x".repeat(3 * 1024 * 1024)), "more than"],
    [
      "half of one",
      (_request, response) => {
        response.writeHead(200, { "content-length": "100" }).write('{"records":', () => response.destroy());
      },
      "broke off",
    ],
  ])("%s fails the flow and saves nothing", async (_what, respond, error) => {
    await clients.addClient("acme", [{ entity: "ORDER", direction: "IN" }]);
    clients.server.respond = respond;
    const { result, problems } = await clients.run();
    expect(result).toMatchObject({ exchanged: 0, failed: 1, records: 0 });
    expect(problems).toEqual([{ recordId: "acme ORDER IN", error: expect.stringContaining(error) }]);
    expect(await clients.flow("acme")).toMatchObject({ cursor: null, consecutiveFailures: 1, claimedBy: null });
    expect(await orders()).toEqual([]);
  });
});
