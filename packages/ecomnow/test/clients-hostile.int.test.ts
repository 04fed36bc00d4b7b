import { randomUUID } from "node:crypto";

import { manualClock } from "@drumline/core/clock";
import { describe, expect, it } from "@jest/globals";

import { smallOrder } from "./client-records.ts";
import { useClients } from "./clients-under-test.ts";
import { NOON } from "./ecomnow-run.ts";

const clients = useClients();

const answer = (text: string) => {
  clients.server.respond = (_request, response) => void response.end(text);
};
const answerRecords = (...records: readonly (object | string)[]) =>
  answer(
    `{"records":[${records.map((record) => (typeof record === "string" ? record : JSON.stringify(record))).join()}]}`,
  );

const orderIds = async () =>
  (await clients.store.db.ecomnowOrder.findMany({ orderBy: { externalId: "asc" } })).map(
    ({ externalId }) => externalId,
  );

const problemsOf = async (client: string) =>
  (await clients.flow(client)).logs.flatMap(({ problems }) => problems as { record: string; problem: string }[]);

const leave = (failures: number) =>
  clients.store.db.ecomnowCustomerIntegrationEndpoint.updateMany({
    data: { claimedBy: randomUUID(), claimedUntil: new Date(0), consecutiveFailures: failures },
  });

describe("a client's numbers", () => {
  it("are kept as they are written: two orders beyond 2^53 stay two", async () => {
    await clients.addClient("bigid", [
      {
        entity: "ORDER",
        direction: "IN",
        mapping: `{ "external_id": $string(no), "currency": currency, "paid_minor": $round($number(total)*100),
          "placed_at": at, "lines": [positions.{ "sku": art, "quantity": qty, "price_minor": $round($number(price)*100) }] }`,
      },
    ]);
    const raw = (no: string, total: string) =>
      `{"no":${no},"currency":"EUR","total":"${total}","at":"2026-11-20T10:00:00Z","positions":[{"art":"A","qty":1,"price":"10.00"}]}`;
    answer(
      `{"records":[${raw("820982911946154508", "10.00")},${raw("820982911946154509", "25.00")}],"has_more":false,"next_cursor":9007199254740993}`,
    );
    expect((await clients.run()).result).toMatchObject({ records: 2, badRecords: 0 });
    expect(await orderIds()).toEqual(["820982911946154508", "820982911946154509"]);
    expect(await clients.flow("bigid")).toMatchObject({ cursor: "9007199254740993" });
  });

  it.each(["1.10", "9007199254740993.0", "1e400", "12345678901234567890", "7"])(
    "are given back as they came where they are a cursor: %s",
    async (cursor) => {
      await clients.addClient("acme", [{ entity: "ORDER", direction: "IN", intervalSeconds: 1 }]);
      answer(`{"records":[],"next_cursor":${cursor}}`);
      const clock = manualClock(NOON);
      await clients.run("clients", { clock });
      clock.advance(5_000);
      await clients.run("clients", { clock });
      expect(clients.asked("/acme/orders").map(({ query }) => query.get("cursor"))).toEqual([null, cursor]);
    },
  );

  it("are refused where the mapping rounded them", async () => {
    await clients.addClient("rounds", [
      { entity: "PRODUCT", direction: "IN", mapping: '{"external_id": id, "n": $number(id)}' },
    ]);
    answer('{"records":[{"id":820982911946154508},{"id":"7"}]}');
    expect((await clients.run()).result).toMatchObject({ records: 1, badRecords: 1 });
    expect((await clients.flow("rounds", "PRODUCT")).logs[0]!.problems).toEqual([
      expect.objectContaining({ record: "820982911946154508", problem: expect.stringContaining("kept exactly") }),
    ]);
  });
});

describe("a client's bad record", () => {
  it.each<[string, object | string, RegExp]>([
    ["of the year 0", smallOrder("B", { placed_at: "0000-01-01T00:00:00Z" }), /years 1 to 9999/],
    ["of the year 10000 in UTC", smallOrder("B", { placed_at: "9999-12-31T23:59:59-23:59" }), /years 1 to 9999/],
    ["with a NUL", smallOrder("B\0"), /NUL .*cannot be kept/],
    ["with half an emoji", smallOrder("B", { lines: [{ sku: "\ud83d", quantity: 1, price_minor: 1 }] }), /surrogate/],
    ["that is too deep", `${'{"a":'.repeat(8_000)}1${"}".repeat(8_000)}`, /100 levels deep/],
    ["that is too large", { external_id: "B", text: "x".repeat(1_100_000) }, /larger than 1000000 bytes/],
    ["that says a thing twice", '{"external_id":"B","external_id":"C"}', /member twice/],
    ["that is no JSON", "{external_id:7}", /not JSON/],
    [
      "with an amount no number holds",
      JSON.stringify(smallOrder("B")).replace("1500", "9007199254740993"),
      /paid_minor/,
    ],
  ])("%s is listed with its reason, and the others are taken in", async (_what, bad, reason) => {
    await clients.addClient("acme", [{ entity: "ORDER", direction: "IN" }]);
    answerRecords(smallOrder("A1"), bad, smallOrder("A2"));
    expect((await clients.run()).result).toMatchObject({ exchanged: 1, failed: 0, records: 2, badRecords: 1 });
    expect(await orderIds()).toEqual(["A1", "A2"]);
    expect(await problemsOf("acme")).toEqual([expect.objectContaining({ problem: expect.stringMatching(reason) })]);
  });

  it("that only the database refuses is listed as well, and the cursor goes on", async () => {
    await clients.addClient("acme", [{ entity: "ORDER", direction: "IN" }]);
    const { db } = clients.store;
    await db.$executeRaw`ALTER TABLE ecomnow_order ADD CONSTRAINT no_a3 CHECK (external_id <> 'A3')`;
    try {
      const records = ["A1", "A2", "A3", "A4", "A5"].map((id) => smallOrder(id));
      answer(JSON.stringify({ records, next_cursor: "5" }));
      expect((await clients.run()).result).toMatchObject({ exchanged: 1, failed: 0, records: 4, badRecords: 1 });
    } finally {
      await db.$executeRaw`ALTER TABLE ecomnow_order DROP CONSTRAINT no_a3`;
    }
    expect(await orderIds()).toEqual(["A1", "A2", "A4", "A5"]);
    expect(await clients.flow("acme")).toMatchObject({ cursor: "5", claimedBy: null });
    expect(await problemsOf("acme")).toEqual([
      expect.objectContaining({ record: "A3", problem: expect.stringContaining("no_a3") }),
    ]);
  });

  it("is none where it leaves out, or leaves null, what may be left out", async () => {
    await clients.addClient("acme", [
      { entity: "ORDER", direction: "IN" },
      { entity: "REFUND", direction: "IN" },
    ]);
    const refund = { order: "A1", amount_minor: 1 };
    clients.server.respond = (request, response) =>
      void response.end(
        JSON.stringify(
          request.url!.includes("refunds")
            ? {
                records: [
                  { ...refund, external_id: "R1" },
                  { ...refund, external_id: "R2", status: null, reason: null },
                ],
              }
            : { records: [smallOrder("A1"), smallOrder("A2", { status: null })], next_cursor: null, has_more: null },
        ),
      );
    expect((await clients.run()).result).toMatchObject({ exchanged: 2, records: 4, badRecords: 0 });
  });
});

describe("a client's bytes that are no text", () => {
  const page = (bytes: Buffer, cursor = '"7"') =>
    Buffer.concat([
      Buffer.from(`{"records":[${JSON.stringify(smallOrder("A1"))},{"external_id":"B`),
      bytes,
      Buffer.from(`"},${JSON.stringify(smallOrder("A2"))}],"next_cursor":${cursor}}`),
    ]);

  it("cost the record they stand in, which is not kept with a mark in their place", async () => {
    await clients.addClient("latin", [{ entity: "ORDER", direction: "IN" }]);
    clients.server.respond = (_request, response) => void response.end(page(Buffer.from("ü", "latin1")));
    expect((await clients.run()).result).toMatchObject({ exchanged: 1, records: 2, badRecords: 1 });
    expect(await orderIds()).toEqual(["A1", "A2"]);
    expect(await problemsOf("latin")).toEqual([
      expect.objectContaining({ record: "page 1, record 2", problem: expect.stringContaining("no text") }),
    ]);
  });

  it.each(['"a\\u0000"', '"\\ud800"', '"\ufffd"', "[]", '{"a":1}'])("cannot be a cursor: %s", async (cursor) => {
    await clients.addClient("acme", [{ entity: "ORDER", direction: "IN" }]);
    clients.server.respond = (_request, response) => void response.end(page(Buffer.from("x"), cursor));
    expect((await clients.run()).result).toMatchObject({ exchanged: 0, failed: 1 });
    expect((await clients.flow("acme")).lastError).toContain("next_cursor");
    expect(await orderIds()).toEqual([]);
  });
});

describe("a mapping that would end its process", () => {
  it.each(['$pad("", 500000000, "x")', '$base64encode($pad("", 70000000, "x"))'])(
    "costs its own records and nobody else's: %s",
    async (expression) => {
      await clients.addClient("deadly", [{ entity: "ORDER", direction: "IN", mapping: expression }]);
      await clients.addClient("good", [{ entity: "ORDER", direction: "IN", mapping: "$" }]);
      answerRecords(smallOrder("A1"), smallOrder("A2"), smallOrder("A3"), smallOrder("A4"));
      expect((await clients.run()).result).toMatchObject({ exchanged: 1, failed: 1, records: 4 });
      expect((await clients.flow("deadly")).lastError).toMatch(/held up by its mapping: it ran away again and again/);
      expect(await orderIds()).toHaveLength(4);
    },
  );
});

describe("an exchange that its process did not survive", () => {
  it("counts as a failure until it has ended, and not when it was told to stop", async () => {
    await clients.addClient("acme", [{ entity: "ORDER", direction: "IN" }]);
    let during = -1;
    clients.server.respond = async (_request, response) => {
      during = (await clients.flow("acme")).consecutiveFailures;
      response.end('{"records":[]}');
    };
    await clients.run();
    expect([during, (await clients.flow("acme")).consecutiveFailures]).toEqual([1, 0]);
  });

  it("is tried again alone, after all others", async () => {
    await clients.addClient("aaa", [{ entity: "ORDER", direction: "IN" }]);
    await leave(1);
    for (const code of ["good1", "good2"]) await clients.addClient(code, [{ entity: "ORDER", direction: "IN" }]);
    let atOnce = 0;
    const seen: string[] = [];
    clients.server.respond = async (request, response) => {
      atOnce += 1;
      await new Promise((resolve) => setTimeout(resolve, 50));
      seen.push(`${request.url!.split("/")[1]} ${atOnce}`);
      atOnce -= 1;
      response.end('{"records":[]}');
    };
    expect((await clients.run()).result).toMatchObject({ exchanged: 3 });
    expect(seen[2]).toBe("aaa 1");
    expect(await clients.flow("aaa")).toMatchObject({ consecutiveFailures: 0, claimedBy: null });
  });

  it("five times in a row pauses the flow without another try", async () => {
    await clients.addClient("deadly", [{ entity: "ORDER", direction: "IN" }]);
    await leave(5);
    const { result, problems } = await clients.run();
    expect(result).toMatchObject({ exchanged: 0, failed: 1, paused: 1 });
    expect(problems[0]!.error).toMatch(/begun 5 times without an end/);
    expect(clients.server.requests).toEqual([]);
    expect(await clients.flow("deadly")).toMatchObject({ pausedAt: NOON, claimedBy: null });
  });
});

describe("an exchange that another run ends meanwhile", () => {
  it("is not taken for one that its process did not survive, however often it failed before", async () => {
    await clients.addClient("failing", [{ entity: "ORDER", direction: "IN" }]);
    await leave(5);
    await clients.addClient("good", [{ entity: "ORDER", direction: "IN" }]);
    clients.server.respond = async (_request, response) => {
      const data = { claimedBy: null, claimedUntil: null };
      await clients.store.db.ecomnowCustomerIntegrationEndpoint.updateMany({ where: { consecutiveFailures: 5 }, data });
      response.end('{"records":[]}');
    };
    expect((await clients.run()).result).toMatchObject({ exchanged: 2, failed: 0, paused: 0 });
    expect(await clients.flow("failing")).toMatchObject({ consecutiveFailures: 0, pausedAt: null });
  });
});

describe("what a client says of a page it was sent", () => {
  it.each<[string, string, number, number]>([
    ["names one record twice", '{"rejected":[{"index":0},{"index":0,"reason":null}]}', 2, 1],
    ["gives a reason without end", `{"rejected":[{"index":1,"reason":"${"😀".repeat(5_000)}"}]}`, 2, 1],
    ["names what was not sent", '{"rejected":[{"index":7}]}', 3, 0],
    ["rejects nothing", '{"rejected":null}', 3, 0],
  ])("and %s is understood", async (_what, text, records, badRecords) => {
    await clients.addProducts(3);
    await clients.addClient("buyer", [{ entity: "STOCK", direction: "OUT" }]);
    answer(text);
    expect((await clients.run()).result).toMatchObject({ exchanged: 1, records, badRecords });
  });

  it("that is no JSON fails the flow, and the page goes out again", async () => {
    await clients.addProducts(1);
    await clients.addClient("buyer", [{ entity: "STOCK", direction: "OUT" }]);
    for (const text of ["<html>", "[".repeat(50_000)]) {
      answer(text);
      await clients.store.db.ecomnowCustomerIntegrationEndpoint.updateMany({ data: { nextRunAt: null } });
      expect((await clients.run()).result).toMatchObject({ exchanged: 0, failed: 1 });
    }
    const keys = clients.asked("/buyer/stocks").map(({ key }) => key);
    expect([keys.length, new Set(keys).size]).toEqual([2, 1]);
  });
});
