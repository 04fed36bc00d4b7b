import { HOUR_MS, manualClock, MINUTE_MS } from "@drumline/core/clock";
import { describe, expect, it } from "@jest/globals";

import { order, refund, serve } from "./client-records.ts";
import { useClients } from "./clients-under-test.ts";
import { NOON } from "./ecomnow-run.ts";
import { SOON, takenIn } from "./taken-in.ts";

const clients = useClients();

const { again, numbers, refunds, waiting } = takenIn(clients);

it("keeps a decimal id exactly as the client writes it, through the mapping", async () => {
  await clients.addClient("acme", [
    { entity: "ORDER", direction: "IN", ...SOON, mapping: '$merge([$, {"external_id": $string(id)}])' },
  ]);
  const withId = (id: string) => JSON.stringify({ ...order("A"), id: 0 }).replace('"id":0', `"id": ${id}`);
  clients.server.respond = serve({
    orders: (cursor) =>
      `{"records":[${cursor === null ? `${withId("1.10")},${withId("1.1")}` : ""}],"next_cursor":"1"}`,
  });
  await clients.run("clients", { clock: manualClock(NOON) });
  expect(new Set(await numbers())).toEqual(new Set(["acme:1.10", "acme:1.1"]));
});

describe("a record that could not be read", () => {
  it("is tried again with the turn a minute later, however late in its turn it came", async () => {
    await clients.addClient("acme", [{ entity: "ORDER", direction: "IN", ...SOON }]);
    let isGarbled = true;
    clients.server.respond = serve({
      orders: (cursor) => {
        if (cursor !== null) return { records: [], next_cursor: "1" };
        return isGarbled
          ? `{"records":[{"external_id":"A1","paid_minor":oops}],"next_cursor":"1"}`
          : { records: [order("A1")], next_cursor: "1" };
      },
    });
    const runAt = (minute: number, lateMs: number) => {
      const dueAt = new Date(NOON.getTime() + minute * MINUTE_MS);
      return clients.run("clients", { clock: manualClock(new Date(dueAt.getTime() + lateMs)), run: { dueAt } });
    };
    await runAt(0, 900);
    isGarbled = false;
    await runAt(1, 100);
    expect(await numbers()).toEqual(["acme:A1"]);
  });

  it("waits, and its page is asked for again until it can be", async () => {
    await clients.addClient("acme", [{ entity: "ORDER", direction: "IN", ...SOON }]);
    let isGarbled = true;
    clients.server.respond = serve({
      orders: (cursor) => {
        if (cursor === null) return { records: [order("A1")], next_cursor: "1" };
        if (cursor !== "1") return { records: [], next_cursor: "2" };
        const [good, bad] = [JSON.stringify(order("A2")), '{"external_id":"A3'];
        const third = isGarbled ? `${bad}","currency":"EUR","paid_minor":oops}` : JSON.stringify(order("A3"));
        return `{"records":[${good},${third}],"next_cursor":"2"}`;
      },
    });
    const clock = manualClock(NOON);
    await clients.run("clients", { clock });
    await again(clock);
    expect(await numbers()).toEqual(["acme:A1", "acme:A2"]);
    expect(await waiting()).toEqual([
      expect.objectContaining({ reason: "UNREADABLE", externalId: null, pageCursor: "1", recordNo: 2, attempts: 0 }),
    ]);
    await again(clock, 2 * MINUTE_MS);
    expect(await waiting()).toEqual([expect.objectContaining({ attempts: 1 })]);
    isGarbled = false;
    const { result } = await again(clock, 4 * MINUTE_MS);
    expect(result).toMatchObject({ exchanged: 1, failed: 0, records: 1, badRecords: 0 });
    expect(await numbers()).toEqual(["acme:A1", "acme:A2", "acme:A3"]);
    expect(await waiting()).toEqual([]);
    expect(await clients.flow("acme")).toMatchObject({ cursor: "2", consecutiveFailures: 0 });
  });

  it("is free when a later page has it right; what waited for it comes in with it", async () => {
    await clients.addClient("acme", [
      { entity: "ORDER", direction: "IN", ...SOON },
      { entity: "REFUND", direction: "IN", ...SOON },
    ]);
    clients.server.respond = serve({
      orders: (cursor) =>
        cursor === null
          ? { records: [order("A1", { currency: "euro" })], next_cursor: "1" }
          : cursor === "1"
            ? { records: [order("A1", { paid_minor: 1_700 })], next_cursor: "2" }
            : { records: [], next_cursor: "2" },
      refunds: (cursor) => ({ records: cursor === null ? [refund("R1", "A1")] : [], next_cursor: "r" }),
    });
    const clock = manualClock(NOON);
    await clients.run("clients", { clock });
    expect(await waiting()).toEqual([
      expect.objectContaining({ name: "A1", reason: "UNREADABLE", why: expect.stringContaining("currency") }),
      expect.objectContaining({ name: "R1" }),
    ]);
    await again(clock);
    expect(await numbers()).toEqual(["acme:A1"]);
    expect(await refunds()).toEqual(["acme:R1"]);
    expect(await waiting()).toEqual([]);
  });

  it("comes in when somebody has put the mapping right, and its page is gone", async () => {
    const id = await clients.addClient("acme", [
      { entity: "ORDER", direction: "IN", ...SOON, mapping: '$merge([$, {"currency": nope}])' },
    ]);
    clients.server.respond = serve({
      orders: (cursor) =>
        cursor === null
          ? { records: [{ ...order("A1"), currency: null, nope: 7 }], next_cursor: "1" }
          : { records: [], next_cursor: "1" },
    });
    const clock = manualClock(NOON);
    await clients.run("clients", { clock });
    clients.server.respond = serve({ orders: (cursor) => (cursor === null ? 410 : { records: [], next_cursor: "1" }) });
    expect((await again(clock, 2 * MINUTE_MS)).result).toMatchObject({ exchanged: 1, failed: 0 });
    await clients.store.db.ecomnowCustomerIntegrationMapping.updateMany({
      where: { endpoint: { integrationId: id } },
      data: { expression: '$merge([$, {"currency": "EUR"}])' },
    });
    await again(clock, HOUR_MS);
    expect(await numbers()).toEqual(["acme:A1"]);
    expect(await waiting()).toEqual([]);
  });

  it("never takes the place of a newer version of it", async () => {
    await clients.addClient("acme", [
      { entity: "ORDER", direction: "IN", ...SOON, mapping: '$merge([$, {"currency": cur}])' },
    ]);
    // Its id cannot be told from what came: no mapping makes one of it.
    let isReadable = false;
    const old = () =>
      isReadable ? JSON.stringify({ ...order("A1", { paid_minor: 1 }), cur: "EUR" }) : '{"external_id":oops}';
    clients.server.respond = serve({
      orders: (cursor) =>
        cursor === null
          ? `{"records":[${old()}],"next_cursor":"1"}`
          : { records: cursor === "1" ? [{ ...order("A1", { paid_minor: 2 }), cur: "EUR" }] : [], next_cursor: "2" },
    });
    const clock = manualClock(NOON);
    await clients.run("clients", { clock });
    await again(clock);
    isReadable = true;
    await again(clock, HOUR_MS);
    expect(await clients.store.db.ecomnowOrder.findMany()).toEqual([expect.objectContaining({ paidMinor: 2n })]);
    expect(await waiting()).toEqual([]);
  });

  it("that the database refuses waits too, and comes in when it no longer does", async () => {
    await clients.addClient("acme", [{ entity: "ORDER", direction: "IN", ...SOON }]);
    const { db } = clients.store;
    clients.server.respond = serve({
      orders: (cursor) => ({ records: cursor === null ? [order("A1"), order("A3")] : [], next_cursor: "1" }),
    });
    const clock = manualClock(NOON);
    await db.$executeRaw`ALTER TABLE ecomnow_order ADD CONSTRAINT no_a3 CHECK (external_id <> 'A3')`;
    try {
      await clients.run("clients", { clock });
      expect(await waiting()).toEqual([
        expect.objectContaining({ name: "A3", reason: "REFUSED", why: expect.stringContaining("no_a3") }),
      ]);
      await again(clock, HOUR_MS);
      expect(await waiting()).toEqual([expect.objectContaining({ attempts: 1 })]);
    } finally {
      await db.$executeRaw`ALTER TABLE ecomnow_order DROP CONSTRAINT no_a3`;
    }
    await again(clock, HOUR_MS);
    expect(await numbers()).toEqual(["acme:A1", "acme:A3"]);
    expect(await waiting()).toEqual([]);
  });

  it("does not hold up its flow while its page is away, and is asked for less and less often", async () => {
    await clients.addClient("acme", [{ entity: "ORDER", direction: "IN", ...SOON }]);
    clients.server.respond = serve({
      orders: (cursor) =>
        cursor === null
          ? { records: [order("A1", { lines: [] })], next_cursor: "1" }
          : { records: [], next_cursor: "1" },
    });
    const clock = manualClock(NOON);
    await clients.run("clients", { clock });
    for (let minute = 0; minute < 30; minute += 1) await again(clock);
    const reread = clients.asked("/acme/orders").filter(({ query }) => query.get("cursor") === null);
    expect(reread).toHaveLength(5);
    expect(await waiting()).toEqual([expect.objectContaining({ attempts: 4 })]);
  });
});
