import { HOUR_MS, manualClock, MINUTE_MS } from "@drumline/core/clock";
import { describe, expect, it } from "@jest/globals";

import { useClients } from "./clients-under-test.ts";
import { NOON } from "./ecomnow-run.ts";
import type { Respond } from "./local-server.ts";

const clients = useClients();

const order = (id: string, more: object = {}) => ({
  external_id: id,
  currency: "EUR",
  paid_minor: 5_000,
  placed_at: "2026-11-20T10:00:00Z",
  lines: [{ sku: "S1", quantity: 2, price_minor: 750 }],
  ...more,
});
const refund = (id: string, of: string, more: object = {}) => ({
  external_id: id,
  order: of,
  amount_minor: 1_500,
  ...more,
});
const shipment = (id: string, of: string) => ({
  external_id: id,
  order: of,
  tracking_number: `T${id}`,
  carrier: "ups",
  status: "sent",
});

type Page = { records: readonly unknown[]; next_cursor?: string } | number | string;

/** Serves each list page by page, by the cursor the client gave; a number is the status of a failure. */
const serve =
  (lists: Readonly<Record<string, (cursor: string | null) => Page>>): Respond =>
  (request, response) => {
    const { pathname, searchParams } = new URL(request.url!, "http://client");
    const page = lists[pathname.split("/").at(-1)!]?.(searchParams.get("cursor")) ?? { records: [] };
    if (typeof page === "number") response.writeHead(page).end();
    else response.end(typeof page === "string" ? page : JSON.stringify({ has_more: false, ...page }));
  };

const again = (clock: ReturnType<typeof manualClock>, ms = MINUTE_MS) => {
  clock.advance(ms);
  return clients.run("clients", { clock });
};
const SOON = { intervalSeconds: 1 };
const numbers = async () =>
  (await clients.store.db.ecomnowOrder.findMany({ orderBy: { id: "asc" } })).map(({ number }) => number);
const refunds = async () =>
  (await clients.store.db.ecomnowRefund.findMany({ orderBy: { number: "asc" } })).map(({ number }) => number);
const waiting = () =>
  clients.store.db.ecomnowWaitingRecord.findMany({ orderBy: { id: "asc" }, omit: { id: true, endpointId: true } });

describe("a refund or a shipment before its order", () => {
  it("waits, and is taken in when the order comes, though its client never says it again", async () => {
    await clients.addClient("early", [
      { entity: "ORDER", direction: "IN" },
      { entity: "REFUND", direction: "IN" },
      { entity: "SHIPMENT", direction: "IN" },
    ]);
    let failures = 1;
    clients.server.respond = serve({
      orders: (cursor) => (failures-- > 0 ? 500 : { records: cursor === null ? [order("E1")] : [], next_cursor: "o1" }),
      refunds: (cursor) => ({ records: cursor === null ? [refund("R1", "E1")] : [], next_cursor: "r1" }),
      shipments: (cursor) => ({ records: cursor === null ? [shipment("S1", "E1")] : [], next_cursor: "s1" }),
    });
    const clock = manualClock(NOON);
    await clients.run("clients", { clock });
    expect(await waiting()).toEqual([
      expect.objectContaining({ name: "S1", reason: "ORDER_MISSING", orderExternalId: "E1", since: NOON }),
      expect.objectContaining({ name: "R1", reason: "ORDER_MISSING", orderExternalId: "E1", since: NOON }),
    ]);
    expect((await clients.flow("early", "REFUND")).cursor).toBe("r1");
    await again(clock, HOUR_MS);
    expect(await numbers()).toEqual(["early:E1"]);
    expect(await clients.store.db.ecomnowRefund.findMany()).toEqual([
      expect.objectContaining({ number: "early:R1", amountMinor: 1_500n, version: 1 }),
    ]);
    expect(await clients.store.db.ecomnowShipment.findMany()).toEqual([
      expect.objectContaining({ trackingNumber: "TS1" }),
    ]);
    expect(await waiting()).toEqual([]);
  });

  it("is taken in with its order, also when its own flow is not due or is paused", async () => {
    await clients.addClient("early", [
      { entity: "ORDER", direction: "IN", ...SOON },
      { entity: "REFUND", direction: "IN", intervalSeconds: 86_400 },
    ]);
    let orders: object[] = [];
    clients.server.respond = serve({
      orders: () => ({ records: orders }),
      refunds: () => ({ records: [refund("R1", "E1")] }),
    });
    const clock = manualClock(NOON);
    await clients.run("clients", { clock });
    orders = [order("E1")];
    await again(clock);
    expect(await refunds()).toEqual(["early:R1"]);
  });

  it("counts in its newest version, and is one record however often it comes", async () => {
    await clients.addClient("early", [
      { entity: "ORDER", direction: "IN", ...SOON },
      { entity: "REFUND", direction: "IN", ...SOON },
    ]);
    let [orders, amount] = [[] as object[], 100];
    clients.server.respond = serve({
      orders: () => ({ records: orders }),
      refunds: () => ({ records: [refund("R1", "E1", { amount_minor: amount })] }),
    });
    const clock = manualClock(NOON);
    await clients.run("clients", { clock });
    amount = 200;
    await again(clock);
    expect(await waiting()).toEqual([expect.objectContaining({ name: "R1", since: NOON })]);
    orders = [order("E1")];
    await again(clock);
    expect(await clients.store.db.ecomnowRefund.findMany()).toEqual([
      expect.objectContaining({ amountMinor: 200n, version: 1 }),
    ]);
  });

  it("that names another order than before is kept and said, and not passed over", async () => {
    await clients.addClient("early", [
      { entity: "ORDER", direction: "IN" },
      { entity: "REFUND", direction: "IN", ...SOON },
    ]);
    let of = "E1";
    clients.server.respond = serve({
      orders: () => ({ records: [order("E1"), order("E2")] }),
      refunds: () => ({ records: [refund("R1", of)] }),
    });
    const clock = manualClock(NOON);
    await clients.run("clients", { clock });
    of = "E2";
    await again(clock);
    expect(await waiting()).toEqual([
      expect.objectContaining({ name: "R1", reason: "REFUSED", why: expect.stringContaining("early:E1") }),
    ]);
  });
});

describe("a record that could not be read", () => {
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

  it("is a problem that a person sees after an hour, until it is taken in", async () => {
    await clients.addClient("acme", [
      { entity: "ORDER", direction: "IN", ...SOON },
      { entity: "REFUND", direction: "IN", ...SOON },
    ]);
    let orders: object[] = [];
    clients.server.respond = serve({
      orders: () => ({ records: orders }),
      refunds: (cursor) => ({ records: cursor === null ? [refund("R1", "A1")] : [], next_cursor: "r" }),
    });
    const clock = manualClock(NOON);
    const open = () => clients.store.db.problem.findMany({ where: { kind: "RECORD_WAITS", closedAt: null } });
    await clients.run("clients", { clock });
    await again(clock, HOUR_MS - 1);
    expect(await open()).toEqual([]);
    await again(clock);
    expect(await open()).toEqual([
      expect.objectContaining({
        context: "ecomnow",
        subjectType: "client record",
        subjectKey: "acme REFUND R1",
        reason: "cannot be taken in: its order is not known yet: A1",
      }),
    ]);
    orders = [order("A1")];
    await again(clock);
    expect(await refunds()).toEqual(["acme:R1"]);
    expect(await open()).toEqual([]);
  });
});
