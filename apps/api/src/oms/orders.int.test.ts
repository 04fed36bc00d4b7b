import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { openProblems } from "@drumline/problems";

import { apiUnderTest, type ApiUnderTest } from "../../test/api-under-test.ts";
import { storeTransfer, storeWaitingPackage } from "../../test/oms-rows.ts";

describe("orders over HTTP", () => {
  let api: ApiUnderTest;
  beforeAll(async () => void (api = await apiUnderTest()));
  afterAll(() => api.close());

  const get = async (path: string) => (await api.ask(`/api/v1/oms/orders${path}`)).json();
  const numbers = async (query: string) => (await get(query)).items.map(({ number }: { number: string }) => number);
  const store = async () => (await storeWaitingPackage(api.db)).number.slice(0, -2);

  it("are listed newest first, page by page, and counted apart", async () => {
    const stored = [await store(), await store(), await store()].toReversed();
    const first = await get("?limit=2");
    expect(first.items.map(({ number }: { number: string }) => number)).toEqual(stored.slice(0, 2));
    expect((await get(`?limit=2&cursor=${first.nextCursor}`)).items[0].number).toBe(stored[2]);
    expect(await get("/count")).toEqual({ count: 3, exact: true });
    expect(await get("/count?state=CANCELLED")).toEqual({ count: 0, exact: true });
  });

  it("are found by number, its beginning, package, transfer and parcel, and by nothing that only looks like them", async () => {
    const { packageNumber, number: transfer, orderNumber } = await storeTransfer(api.db, "B");
    await api.db.$executeRaw`
      INSERT INTO shipment (package_id, carrier_code, tracking_number, next_poll_at)
      SELECT id, 'dhl', 'TRACK-1', now() FROM package WHERE number = ${packageNumber}`;
    for (const query of [
      `?number=${orderNumber}`,
      `?package=${packageNumber}`,
      "?tracking=TRACK-1",
      `?find=${packageNumber}`,
      `?find=${transfer}`,
      "?find=TRACK-1",
    ])
      expect([query, await numbers(query)]).toEqual([query, [orderNumber]]);
    expect(await numbers(`?find=${orderNumber}`)).toContain(orderNumber);
    expect(await numbers("?find=R%25")).toEqual([]);
    expect(await numbers("?tracking=TRACK")).toEqual([]);
    expect(await numbers("?channel=olist&plan=COMPLETED&state=APPROVED&short=false")).toContain(orderNumber);
    expect(await numbers("?channel=elsewhere")).toEqual([]);
    expect((await api.ask("/api/v1/oms/orders?state=LOST")).status).toBe(400);
  });

  it("with an open problem of a part of them are found, and only those", async () => {
    const number = await store();
    const kind = { context: "oms", name: "TEST", severity: "WARNING", cure: "look" } as const;
    const subject = { type: "package", key: `${number}P1` };
    await openProblems(api.db, [{ kind, subject, reason: "no place is left" }], api.clock.now());
    expect(await numbers("?problem=true")).toEqual([number]);
    expect(await numbers("?problem=false")).not.toContain(number);
    const { order, problems, events } = await get(`/${number}`);
    expect(order.openProblems).toBe(1);
    expect(problems).toMatchObject([{ kind: "TEST", reason: "no place is left" }]);
    expect(events).toContainEqual(expect.objectContaining({ lane: "problem", what: "TEST", after: "OPEN" }));
  });

  it("show where each unit is and what happened, with who did it", async () => {
    const { packageNumber, number, orderNumber } = await storeTransfer(api.db, "C");
    const { id } = (await api.ask(`/api/v1/oms/transfers/${number}`)).json();
    await api.send("POST", `/api/v1/oms/transfers/${id}/command`, {
      command: "TRANSFER_READY_TO_SHIPMENT",
      carrier: "dhl",
      tracking_number: "T9",
    });
    const { order, events } = await get(`/${orderNumber}`);
    expect(order).toMatchObject({
      number: orderNumber,
      items: [
        {
          sku: "sku",
          unplaced: 0,
          where: [{ package: packageNumber, location: "A", units: 1, transfer: { number, source: "C" } }],
        },
      ],
      transfers: [{ number, state: "READY_TO_SHIPMENT" }],
      shipments: [{ of: number, trackingNumber: "T9" }],
    });
    expect(events).toContainEqual(
      expect.objectContaining({
        lane: "transfer",
        subject: number,
        what: "TRANSFER_READY_TO_SHIPMENT",
        before: "WAITING",
        after: "READY_TO_SHIPMENT",
        actor: "API_ADMIN_TOKEN",
      }),
    );
    const instants = events.map(({ at }: { at: string }) => at);
    expect(instants).toEqual(instants.toSorted((left: string, right: string) => (left < right ? -1 : 1)));
    expect((await api.ask("/api/v1/oms/orders/none")).status).toBe(404);
  });

  it("explain an attempt by what was seen then and what is there now", async () => {
    const number = await store();
    const attempt = {
      no: 1,
      at: "2026-11-20T12:00:00.000Z",
      runId: "0190a000-0000-7000-8000-000000000000",
      trigger: "NEW",
      scenario: "built-in",
      rules: ["any"],
      items: [{ orderItemId: "1", sku: "sku", wanted: 2 }],
      locations: [
        {
          erpCode: "A",
          stock: [{ sku: "sku", stock_count: 3, reservation_count: 3, quantity: 0 }],
          rejectedBy: "NO_STOCK",
          chosen: false,
        },
      ],
      locationsLeftOut: 0,
      shortfalls: [{ orderItemId: "1", units: 2, reason: "NO_STOCK" }],
      outcome: "SHORT",
    };
    await api.db.$executeRaw`
      UPDATE order_execution_plan SET context = ${JSON.stringify({ version: 1, attempts: [attempt] })}::jsonb, attempts = 1
      WHERE order_id = (SELECT id FROM orders WHERE number = ${number})`;
    await api.db.$executeRaw`
      INSERT INTO stock (location_id, product_id, on_hand, source_updated_at)
      SELECT location.id, product.id, 7, now() FROM stock_location location, product WHERE erp_code = 'A' AND sku = 'sku'`;
    const other = await store();
    await api.db.$executeRaw`
      INSERT INTO reservation (type, location_id, product_id, quantity, package_item_id)
      SELECT 'ORDER', location_id, product_id, 1, item.id
      FROM package JOIN package_item item ON item.package_id = package.id
      JOIN order_item ON order_item.id = item.order_item_id WHERE package.number = ${`${other}P1`}`;
    expect(await get(`/${number}/attempts/1`)).toMatchObject({
      orderNumber: number,
      runId: attempt.runId,
      sentence: "0 of 2 units planned; 2 × sku short: no location has it free: what there is is reserved.",
      isFull: false,
      attempts: [1],
      today: [{ erpCode: "A", sku: "sku", onHand: 7, reserved: 1, free: 6, blockedSince: null }],
      takenSince: [{ erpCode: "A", sku: "sku", units: 1, orderNumber: other }],
    });
    expect((await get(`/${number}`)).order.planAttempts).toMatchObject([{ no: 1, outcome: "SHORT", shortUnits: 2 }]);
    expect((await api.ask(`/api/v1/oms/orders/${number}/attempts/2`)).status).toBe(404);
  });
});
