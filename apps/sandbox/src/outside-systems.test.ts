import { createHmac } from "node:crypto";

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { omnitron } from "../test/use-sandbox.ts";
import { writeOlistFixture } from "../test/olist-fixture.ts";
import { type Sandbox, startSandbox } from "./sandbox.ts";

const BRAZIL = "-03:00";
const ORDERS = `order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,order_delivered_customer_date
late,c1,canceled,2018-05-22 10:59:50,2018-05-23 08:00:00,2018-05-25 10:00:00,
early,c2,delivered,2018-05-22 11:00:00,2018-05-22 12:00:00,2018-05-24 09:00:00,2018-05-30 12:00:00
bare,c3,canceled,2018-05-22 11:30:00,,,
gone,c3,canceled,2018-05-22 11:30:00,2018-05-22 11:40:00,,
`;
const ITEMS = `order_id,order_item_id,product_id,seller_id,price,freight_value
early,1,p1,s1,10.00,1.50
late,1,p1,s1,35.9,15.20
gone,1,p2,s2,35.9,15.20
`;
const basic = { authorization: `Basic ${Buffer.from("correios:secret").toString("base64")}` };
const CARRIER = "/api/v1/carriers/correios/shipments";

let sandbox: Sandbox;
let fixture: ReturnType<typeof writeOlistFixture>;

beforeAll(async () => {
  fixture = writeOlistFixture({ orders: ORDERS, order_items: ITEMS });
  sandbox = await startSandbox(
    {
      host: "127.0.0.1",
      port: 0,
      token: "secret",
      dataFolder: fixture.folder,
      orders: 0,
      speed: 0.01,
      seed: 1,
      short: 0,
      users: 0,
      mailsPerSecond: 14,
      stateFile: null,
    },
    () => {},
  );
});
afterAll(async () => {
  await sandbox.close();
  fixture.remove();
});
beforeEach(() => showTime("2018-05-23T12:00:00"));

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}
async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${sandbox.url}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
const showTime = (local: string) => call("PUT", "/_sandbox/clock", { virtualNow: `${local}${BRAZIL}`, speed: 0 });

const announce = (shipmentId: string, orderNumber: string, headers: Record<string, string> = {}) =>
  call(
    "POST",
    CARRIER,
    {
      shipmentId,
      orderNumber,
      type: "CUSTOMER",
      originId: "s1",
      destination: { city: "sp" },
      products: [{ sku: "p1", quantity: 1 }],
    },
    { ...basic, ...headers },
  );

describe("carriers", () => {
  it("take the same announcement once, and tell what has happened by now", async () => {
    const first = await announce("1", "early");
    expect(first).toMatchObject({
      status: 200,
      body: { status: "CREATED", labelUrl: expect.stringContaining("http") },
    });
    expect((await announce("1", "early")).body).toEqual(first.body);
    const number = String(first.body["trackingNumber"]);
    await showTime("2018-05-24T10:00:00");
    expect((await call("GET", `${CARRIER}/${number}`, undefined, basic)).body).toMatchObject({
      trackingNumber: number,
      status: "SHIPPING",
      events: [
        { occurredAt: "2018-05-23T15:00:00.000Z", status: "CREATED" },
        { occurredAt: "2018-05-24T12:00:00.000Z", status: "SHIPPING" },
      ],
    });
    await showTime("2018-05-30T12:00:00");
    expect((await call("GET", `${CARRIER}/${number}`, undefined, basic)).body).toMatchObject({ status: "DELIVERED" });
  });

  it("know an announcement by its Idempotency-Key, and take no other under the same one", async () => {
    const body = (await announce("7", "early")).body;
    const keyed = (shipmentId: string) => announce(shipmentId, "early", { "idempotency-key": "key-7" });
    expect((await keyed("7")).body).toEqual(body);
    expect((await keyed("7")).body).toEqual(body);
    expect(await keyed("8")).toMatchObject({ status: 422, body: { error: { code: "KEY_REUSED" } } });
  });

  it("give a parcel back until they have it, and again when asked again", async () => {
    const early = String((await announce("2", "early")).body["trackingNumber"]);
    const deleted = { status: 200, body: { status: "DELETED" } };
    expect(await call("DELETE", `${CARRIER}/${early}`, undefined, basic)).toEqual(deleted);
    expect(await call("DELETE", `${CARRIER}/${early}`, undefined, basic)).toEqual(deleted);
    await showTime("2018-06-30T12:00:00");
    expect((await call("GET", `${CARRIER}/${early}`, undefined, basic)).body).toMatchObject({
      status: "DELETED",
      events: [{ status: "CREATED" }, { status: "DELETED" }],
    });
    await showTime("2018-05-23T12:00:00");
    const kept = String((await announce("3", "early")).body["trackingNumber"]);
    await showTime("2018-05-25T12:00:00");
    expect(await call("DELETE", `${CARRIER}/${kept}`, undefined, basic)).toEqual({
      status: 409,
      body: { status: "SHIPPING" },
    });
  });

  it("refuse a stranger, an unknown order and an unknown parcel", async () => {
    expect((await call("GET", `${CARRIER}/X`)).status).toBe(401);
    expect((await announce("4", "nobody's")).status).toBe(404);
    expect((await call("GET", `${CARRIER}/CORREIOS-ZZZ-1-C1`, undefined, basic)).status).toBe(404);
  });
});

describe("cancellation plans", () => {
  const plansFrom = (after = "") => call("GET", `/api/i1/cancellation_plans/updates?${after}`, undefined, omnitron);

  it("come a while after the approval, those of parcels under way after the carrier has them, and never without items", async () => {
    expect((await plansFrom()).body).toEqual({ results: [], has_more: false });
    await showTime("2018-05-27T12:00:00");
    expect((await plansFrom()).body["results"]).toEqual([
      {
        pk: 2,
        order: { number: "gone" },
        plan_type: "cancel",
        status: "waiting",
        modified_date: expect.stringMatching(/^2018-05-2/),
        items: [{ order_item_pk: 1, quantity: 1 }],
      },
    ]);
    await announce("9", "late");
    await showTime("2018-06-27T12:00:00");
    const { results } = (await plansFrom("limit=1")).body as { results: { pk: number; modified_date: string }[] };
    const rest = await plansFrom(`modified_after=${results[0]!.modified_date}&after_pk=${results[0]!.pk}`);
    expect(rest.body).toMatchObject({ results: [{ order: { number: "late" } }], has_more: false });
  });

  it("take a result and keep it", async () => {
    await showTime("2018-05-27T12:00:00");
    const result = { status: "rejected", items: [] };
    expect((await call("POST", "/api/i1/cancellation_plans/2/result", result, omnitron)).status).toBe(200);
    expect((await call("POST", "/api/i1/cancellation_plans/1/result", result, omnitron)).status).toBe(404);
    expect((await plansFrom("limit=1")).body).toMatchObject({ results: [{ pk: 2, status: "rejected" }] });
  });
});

describe("order statuses", () => {
  it("are taken once per event, under its own idempotency key", async () => {
    const told = { order_status: "500", items: [], event_id: "e1" };
    const tell = (body: unknown, key: string) =>
      call("POST", "/api/i1/orders/early/status", body, { ...omnitron, "idempotency-key": key });
    expect(await tell(told, "e1")).toMatchObject({ status: 200, body: { duplicate: false } });
    expect(await tell({ ...told, order_status: "450" }, "e1")).toMatchObject({
      status: 200,
      body: { order_status: "500", duplicate: true },
    });
    expect((await tell(told, "e2")).status).toBe(400);
    const { results } = (await call("GET", "/_sandbox/outcomes")).body as { results: object[] };
    expect(results).toContainEqual({
      pk: expect.any(Number),
      number: "early",
      status: "delivered",
      items: 1,
      isHandedOver: true,
      isDelivered: true,
      toldStatus: "500",
      cancellation: null,
    });
  });
});

describe("webhook receivers", () => {
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const body = '{"test": 2432232314}';
  const sign = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    "x-whisperer-event": "package.created",
    "x-whisperer-signature": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
  };

  it("count an id once and refuse what has none", async () => {
    for (const id of ["a", "a", "b"]) await call("POST", "/hooks/open", "{}", { "webhook-id": id });
    expect((await call("POST", "/hooks/open", "{}")).status).toBe(400);
    expect((await call("GET", "/_sandbox/hooks/open")).body).toEqual({
      received: 4,
      unique: 2,
      invalid: 1,
      byType: { "(none)": 2 },
    });
  });

  it("refuse a call once they know a secret and either signature is wrong", async () => {
    await call("PUT", "/_sandbox/hooks/strict", { secret });
    expect((await call("POST", "/hooks/strict", body, sign)).status).toBe(200);
    expect((await call("POST", "/hooks/strict", `${body} `, sign)).status).toBe(400);
    expect((await call("POST", "/hooks/strict", body, { ...sign, "x-whisperer-signature": "sha256=00" })).status).toBe(
      400,
    );
    expect((await call("GET", "/_sandbox/hooks/strict")).body).toEqual({
      received: 3,
      unique: 1,
      invalid: 2,
      byType: { "package.created": 1 },
    });
  });
});

describe("stores", () => {
  it("pack when their time has come", async () => {
    const look = async () =>
      (
        await call("POST", "/_sandbox/stores/decide", {
          waiting: [
            { id: "a", orderNumber: "early", erpCode: "s1", skus: ["p1"] },
            { id: "b", orderNumber: "bare", erpCode: "s1", skus: ["p1"] },
          ],
        })
      ).body["actions"];
    await showTime("2018-05-22T12:01:00");
    expect(await look()).toEqual([
      { id: "a", act: "WAIT", missing: [] },
      { id: "b", act: expect.any(String), missing: [] },
    ]);
    await showTime("2018-05-24T09:00:00");
    expect(await look()).toMatchObject([{ id: "a", act: "PACK" }, {}]);
  });
});
