import { HOUR_MS, manualClock, MINUTE_MS } from "@drumline/core/clock";
import { describe, expect, it } from "@jest/globals";

import { useClients } from "./clients-under-test.ts";
import { NOON } from "./ecomnow-run.ts";

const clients = useClients();

const SOON = { intervalSeconds: 1 };
const pushed = () =>
  clients.asked("/buyer/stocks").map(({ records }) => (records as { sku: string }[]).map(({ sku }) => sku).join());
const left = () => clients.store.db.ecomnowLeftChange.findMany({ orderBy: { sourceId: "asc" } });

describe("a change that a client does not take", () => {
  it("is told again, as it is then, until it is taken, and holds up nothing new", async () => {
    await clients.addProducts(3);
    await clients.addClient("buyer", [{ entity: "STOCK", direction: "OUT", ...SOON }]);
    let rejected = [{ index: 1, reason: "unknown article" }];
    clients.server.respond = (_request, response) => void response.end(JSON.stringify({ rejected }));
    const clock = manualClock(NOON);
    expect((await clients.run("clients", { clock })).result).toMatchObject({ records: 2, badRecords: 1 });
    expect(await left()).toMatchObject([{ why: "the client rejected it: unknown article", attempts: 0, since: NOON }]);
    rejected = [{ index: 0, reason: "still unknown" }];
    clock.advance(30_000);
    await clients.run("clients", { clock });
    clock.advance(MINUTE_MS);
    await clients.run("clients", { clock });
    expect(await left()).toMatchObject([{ why: "the client rejected it: still unknown", attempts: 1 }]);
    await clients.store.db.ecomnowProduct.updateMany({ where: { sku: "S1" }, data: { quantity: 40 } });
    clock.advance(HOUR_MS);
    await clients.run("clients", { clock });
    const open = () => clients.store.db.problem.findMany({ where: { kind: "CHANGES_LEFT", closedAt: null } });
    expect(await open()).toMatchObject([{ subjectKey: "buyer STOCK OUT", detail: { changes: 1 } }]);
    rejected = [];
    clock.advance(HOUR_MS);
    expect((await clients.run("clients", { clock })).result).toMatchObject({ exchanged: 1, records: 1 });
    expect(pushed()).toEqual(["S0,S1,S2", "S1", "S1", "S1"]);
    expect(clients.asked("/buyer/stocks").at(-1)!.records).toMatchObject([{ quantity: 40 }]);
    expect(await left()).toEqual([]);
    expect(await open()).toEqual([]);
    clock.advance(HOUR_MS);
    await clients.run("clients", { clock });
    expect(pushed()).toHaveLength(4);
  });

  it("goes out with the next turn where that is as long away as the pause, however late in its turn it was told", async () => {
    await clients.addProducts(1);
    await clients.addClient("buyer", [{ entity: "STOCK", direction: "OUT", ...SOON }]);
    let rejected = [{ index: 0, reason: "not now" }];
    clients.server.respond = (_request, response) => void response.end(JSON.stringify({ rejected }));
    const runAt = (minute: number, lateMs: number) => {
      const dueAt = new Date(NOON.getTime() + minute * MINUTE_MS);
      return clients.run("clients", { clock: manualClock(new Date(dueAt.getTime() + lateMs)), run: { dueAt } });
    };
    await runAt(0, 900);
    rejected = [];
    await runAt(1, 100);
    expect(pushed()).toEqual(["S0", "S0"]);
    expect(await left()).toEqual([]);
  });

  it("goes out when somebody has put the mapping right", async () => {
    await clients.addProducts(2);
    const id = await clients.addClient("buyer", [
      { entity: "STOCK", direction: "OUT", ...SOON, mapping: 'sku = "S1" ? $error("no S1") : $' },
    ]);
    clients.server.respond = (_request, response) => void response.end();
    const clock = manualClock(NOON);
    await clients.run("clients", { clock });
    expect(await left()).toMatchObject([{ why: expect.stringContaining("no S1") }]);
    await clients.store.db.ecomnowCustomerIntegrationMapping.updateMany({
      where: { endpoint: { integrationId: id } },
      data: { expression: "$" },
    });
    clock.advance(HOUR_MS);
    await clients.run("clients", { clock });
    expect(pushed()).toEqual(["S0", "S1"]);
    expect(await left()).toEqual([]);
  });

  it("does not fail its flow, not even where the client refuses all of them at once", async () => {
    await clients.addProducts(12);
    await clients.addClient("buyer", [
      { entity: "STOCK", direction: "OUT", ...SOON, mapping: '{"sku": sku, "all": $lookup({"a": 1}, "a")}' },
    ]);
    let isFirst = true;
    clients.server.respond = (_request, response) => {
      if (isFirst) response.end(JSON.stringify({ rejected: Array.from({ length: 12 }, (_, index) => ({ index })) }));
      else response.writeHead(422).end("no");
      isFirst = false;
    };
    const clock = manualClock(NOON);
    await clients.run("clients", { clock });
    for (let times = 0; times < 6; times += 1) {
      clock.advance(12 * HOUR_MS);
      expect((await clients.run("clients", { clock })).result).toMatchObject({ exchanged: 1, failed: 0, paused: 0 });
    }
    expect(await left()).toHaveLength(12);
    expect((await left())[0]).toMatchObject({ attempts: 6, why: expect.stringContaining("answered 422") });
  });

  it("is forgotten with its product", async () => {
    await clients.addProducts(1);
    await clients.addClient("buyer", [{ entity: "STOCK", direction: "OUT", ...SOON }]);
    clients.server.respond = (_request, response) => void response.end(JSON.stringify({ rejected: [{ index: 0 }] }));
    const clock = manualClock(NOON);
    await clients.run("clients", { clock });
    await clients.store.db.ecomnowProduct.deleteMany();
    clock.advance(HOUR_MS);
    await clients.run("clients", { clock });
    expect(await left()).toEqual([]);
  });
});

describe("a client's yes", () => {
  it.each(["ok", "", "null", "[]", '"taken"', "2 records taken"])("is any 2xx, whatever it says: %j", async (text) => {
    await clients.addProducts(2);
    await clients.addClient("buyer", [{ entity: "STOCK", direction: "OUT" }]);
    clients.server.respond = (_request, response) => void response.end(text);
    expect((await clients.run()).result).toMatchObject({ exchanged: 1, failed: 0, records: 2 });
  });

  it.each(["<html>gateway</html>", '{"rejected":[{"index":0', "[1,"])(
    "is no error page, and nothing cut short: %j",
    async (text) => {
      await clients.addProducts(2);
      await clients.addClient("buyer", [{ entity: "STOCK", direction: "OUT" }]);
      clients.server.respond = (_request, response) => void response.end(text);
      expect((await clients.run()).result).toMatchObject({ exchanged: 0, failed: 1 });
      expect((await clients.flow("buyer", "STOCK")).pendingPush).not.toBeNull();
    },
  );
});
