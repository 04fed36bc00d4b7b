import { HOUR_MS, manualClock } from "@drumline/core/clock";
import { describe, expect, it } from "@jest/globals";

import { order, refund, serve, shipment } from "./client-records.ts";
import { useClients } from "./clients-under-test.ts";
import { NOON } from "./ecomnow-run.ts";
import { SOON, takenIn } from "./taken-in.ts";

const clients = useClients();

const { again, numbers, refunds, waiting } = takenIn(clients);

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
