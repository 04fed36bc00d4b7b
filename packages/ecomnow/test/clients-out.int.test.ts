import { manualClock } from "@drumline/core/clock";
import { untilTrue } from "@drumline/testing";
import { describe, expect, it } from "@jest/globals";

import { deactivateProducts } from "../src/products/import/apply-feed.sql.ts";
import { useClients } from "./clients-under-test.ts";
import { NOON } from "./ecomnow-run.ts";

const clients = useClients();

const LATER = new Date(NOON.getTime() + 24 * 3_600_000);
const stock = (sku: string, quantity: number) => ({ sku, vendor: "acme", active: true, quantity });

describe("changes for a client", () => {
  it("go out once, in pages, mapped; later only what changed since", async () => {
    await clients.addProducts(5);
    await clients.addClient("buyer", [
      { entity: "STOCK", direction: "OUT", pageSize: 2, mapping: '{"article": sku, "n": quantity}' },
    ]);
    clients.server.respond = (_request, response) => void response.end("{}");
    const clock = manualClock(NOON);
    expect((await clients.run("clients", { clock })).result).toMatchObject({ exchanged: 1, records: 5 });
    expect(clients.asked("/buyer/stocks").map(({ records }) => records)).toEqual([
      [
        { article: "S0", n: 0 },
        { article: "S1", n: 1 },
      ],
      [
        { article: "S2", n: 2 },
        { article: "S3", n: 3 },
      ],
      [{ article: "S4", n: 4 }],
    ]);
    expect(new Set(clients.asked("/buyer/stocks").map(({ key }) => key)).size).toBe(3);

    clock.advance(300_000);
    expect((await clients.run("clients", { clock })).result).toMatchObject({ exchanged: 1, records: 0 });
    await clients.store.db.ecomnowProduct.updateMany({
      where: { sku: "S3" },
      data: { quantity: 9, updatedAt: clock.now() },
    });
    clock.advance(300_000);
    expect((await clients.run("clients", { clock })).result).toMatchObject({ records: 1 });
    expect(clients.asked("/buyer/stocks").at(-1)!.records).toEqual([{ article: "S3", n: 9 }]);
  });

  it("that the client rejects, or that do not map, are kept with id and reason", async () => {
    await clients.addProducts(3);
    await clients.addClient("buyer", [
      { entity: "STOCK", direction: "OUT", mapping: 'sku = "S1" ? $error("no S1") : $' },
    ]);
    clients.server.respond = (_request, response) =>
      void response.end(JSON.stringify({ rejected: [{ index: 1, reason: "unknown article" }, { index: 99 }] }));
    expect((await clients.run()).result).toMatchObject({ exchanged: 1, records: 1, badRecords: 2 });
    const problems = (await clients.flow("buyer", "STOCK")).logs[0]!.problems as { problem: string }[];
    expect(problems.map(({ problem }) => problem)).toEqual([
      expect.stringContaining("no S1"),
      "the client rejected it: unknown article",
    ]);
  });

  it("go out again under the same key, as they were, when nobody knows whether they arrived", async () => {
    await clients.addProducts(2);
    await clients.addClient("buyer", [{ entity: "STOCK", direction: "OUT" }]);
    clients.server.respond = (request) => void request.socket.destroy();
    expect((await clients.run()).result).toMatchObject({ failed: 1 });
    await clients.store.db.ecomnowProduct.updateMany({
      data: { quantity: 7, updatedAt: new Date(NOON.getTime() - 60_000) },
    });
    await clients.store.db.ecomnowProduct.create({
      data: {
        vendorId: (await clients.store.db.ecomnowVendor.findFirstOrThrow()).id,
        sku: "NEW",
        quantity: 1,
        rowHash: "00000000-0000-0000-0000-000000000000",
        createdAt: NOON,
        updatedAt: NOON,
      },
    });
    clients.server.respond = (_request, response) => void response.end("{}");
    await clients.run("clients", { clock: manualClock(LATER) });
    const [lost, again, rest, ...none] = clients.asked("/buyer/stocks");
    expect(none).toEqual([]);
    expect(lost!.records).toEqual([stock("S0", 0), stock("S1", 1)]);
    expect(again).toEqual(lost);
    expect(rest!.records).toEqual([stock("S0", 7), stock("S1", 7), stock("NEW", 1)]);
    expect(rest!.key).not.toBe(lost!.key);
  });

  it("go out again under the same key after a run that ended between the push and its record", async () => {
    await clients.addProducts(2);
    await clients.addClient("buyer", [{ entity: "STOCK", direction: "OUT" }]);
    const first = clients.start();
    clients.server.respond = async (_request, response) => {
      // Another run takes the endpoint over while this one waits: its record of the page is void.
      await clients.store.db.ecomnowCustomerIntegrationEndpoint.updateMany({
        data: { claimedBy: "00000000-0000-0000-0000-000000000001", claimedUntil: new Date(0) },
      });
      response.end("{}");
    };
    expect(await first.result).toMatchObject({ failed: 1 });
    clients.server.respond = (_request, response) => void response.end("{}");
    expect((await clients.run("clients", { clock: manualClock(LATER) })).result).toMatchObject({ exchanged: 1 });
    const [pushed, again, ...none] = clients.asked("/buyer/stocks");
    expect([again, none]).toEqual([pushed, []]);
    expect(await clients.flow("buyer", "STOCK")).toMatchObject({ pendingPush: null, claimedBy: null });
  });

  it("that the client refused are made anew, as a corrected mapping has them", async () => {
    await clients.addProducts(1);
    await clients.addClient("buyer", [{ entity: "STOCK", direction: "OUT", mapping: '{"wrong": sku}' }]);
    clients.server.respond = (_request, response) => void response.writeHead(400).end('{"error":"article is missing"}');
    const { problems } = await clients.run();
    expect(problems[0]!.error).toContain("article is missing");
    expect(await clients.flow("buyer", "STOCK")).toMatchObject({ pendingPush: null, cursor: null });
    clients.server.respond = (_request, response) => void response.writeHead(500).end();
    await clients.run("clients", { clock: manualClock(LATER) });
    expect((await clients.flow("buyer", "STOCK")).pendingPush).toContain("wrong");
    await clients.store.db.ecomnowCustomerIntegrationMapping.updateMany({ data: { expression: '{"article": sku}' } });
    clients.server.respond = (_request, response) => void response.end();
    await clients.run("clients", { clock: manualClock(new Date(LATER.getTime() + 24 * 3_600_000)) });
    expect(clients.asked("/buyer/stocks").at(-1)!.records).toEqual([{ article: "S0" }]);
  });

  it("wait for a transaction that is still writing older ones", async () => {
    await clients.addProducts(2);
    await clients.addClient("buyer", [{ entity: "STOCK", direction: "OUT", intervalSeconds: 1 }]);
    clients.server.respond = (_request, response) => void response.end("{}");
    const clock = manualClock(new Date());
    await clients.store.db.$transaction(async (tx) => {
      await tx.ecomnowProduct.updateMany({ where: { sku: "S1" }, data: { quantity: 50, updatedAt: clock.now() } });
      await clients.store.db.ecomnowProduct.updateMany({
        where: { sku: "S0" },
        data: { quantity: 60, updatedAt: new Date(clock.now().getTime() + 1) },
      });
      clock.advance(60_000);
      await clients.run("clients", { clock });
      expect(clients.asked("/buyer/stocks").flatMap(({ records }) => records)).toEqual([stock("S1", 1)]);
    });
    await untilPushed(clock, 2);
    expect(clients.asked("/buyer/stocks").at(-1)!.records).toEqual([stock("S1", 50), stock("S0", 60)]);
  });
});

describe("clocks that differ", () => {
  it("lose no change: two workers 8 s apart, and a run that works in the past", async () => {
    await clients.addProducts(2);
    await clients.addClient("buyer", [{ entity: "STOCK", direction: "OUT", intervalSeconds: 1 }]);
    clients.server.respond = (_request, response) => void response.end("{}");
    const ahead = manualClock(new Date());
    const behind = new Date(ahead.now().getTime() - 8_000);
    const { db } = clients.store;
    const ids = (await db.ecomnowProduct.findMany({ orderBy: { sku: "asc" } })).map(({ id }) => Number(id));
    await deactivateProducts(db, [ids[0]!], ahead.now());
    await untilPushed(ahead, 2);
    await deactivateProducts(db, [ids[1]!], behind);
    await untilPushed(ahead, 3);
    expect(clients.asked("/buyer/stocks").at(-1)!.records).toEqual([{ ...stock("S1", 0), active: false }]);
  });
});

/** Exchanges until the client has got so many pages: what has just changed settles first. */
async function untilPushed(clock: ReturnType<typeof manualClock>, pages: number): Promise<void> {
  await untilTrue(
    async () => {
      clock.advance(60_000);
      await clients.run("clients", { clock });
      return clients.asked("/buyer/stocks").length >= pages;
    },
    { what: `page ${pages} has gone out` },
  );
}

describe("Boxout", () => {
  it("gets products and stock, gives orders, and is nobody else's", async () => {
    await clients.addProducts(1);
    const flows = [
      { entity: "ORDER", direction: "IN" },
      { entity: "PRODUCT", direction: "OUT" },
      { entity: "STOCK", direction: "OUT" },
    ] as const;
    await clients.addClient("boxout", flows, { task: "Boxout" });
    await clients.addClient("other", [{ entity: "STOCK", direction: "OUT" }]);
    clients.server.respond = (request, response) => {
      const records = [
        {
          external_id: "B1",
          currency: "EUR",
          paid_minor: 1,
          placed_at: "2026-11-20T10:00:00Z",
          lines: [{ sku: "S0", quantity: 1, price_minor: 1 }],
        },
      ];
      response.end(JSON.stringify(request.method === "GET" ? { records } : {}));
    };
    expect((await clients.run("boxout")).result).toMatchObject({ exchanged: 3, records: 3 });
    expect(clients.asked("/other/stocks")).toEqual([]);
    const [line] = await clients.store.db.ecomnowOrderLine.findMany({ include: { order: true, product: true } });
    expect([line!.order.number, line!.product!.sku]).toEqual(["boxout:B1", "S0"]);
    expect(clients.asked("/boxout/products")[0]!.records).toEqual([
      expect.objectContaining({ sku: "S0", name: "Product 0" }),
    ]);

    const { result, problems } = await clients.run("clients", { args: { clients: ["boxout", "other"] } });
    expect(result).toMatchObject({ exchanged: 1 });
    expect(problems).toEqual([{ recordId: "boxout", error: expect.stringContaining("no active client") }]);
  });
});
