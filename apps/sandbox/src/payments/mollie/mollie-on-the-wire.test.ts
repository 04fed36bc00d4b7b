import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { useSandbox } from "../../../test/use-sandbox.ts";

const bearer = { authorization: "Bearer test_secret" };
const { send } = useSandbox();

interface Payment {
  readonly id: string;
  readonly status: string;
  readonly details: { readonly failureReason: string } | null;
}

const bodyOf = (value: string, more: object = {}) => ({
  amount: { currency: "EUR", value },
  description: "Order 1",
  redirectUrl: "https://shop.example/return",
  ...more,
});
const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  send("POST", `/mollie/v2${path}`, body, { ...bearer, ...headers });
const create = async (value = "10.00", more: object = {}) =>
  (await (await post("/payments", bodyOf(value, more))).json()) as Payment;
const look = async (id: string) =>
  (await (await send("GET", `/mollie/v2/payments/${id}`, undefined, bearer)).json()) as Payment;
const choose = (id: string, form: Record<string, string>) =>
  send("POST", `/mollie/checkout/${id}`, new URLSearchParams({ ...form, close: "1" }).toString());
const at = (virtualNow: string) => send("PUT", "/_sandbox/clock", { virtualNow, speed: 0 });

describe("the sandbox's Mollie", () => {
  it.each(["10", "10.0", "10.000", "-1.00", "0.00", "ten"])(
    "refuses an amount of %p EUR and names the field",
    async (value) => {
      const answer = await post("/payments", bodyOf(value));
      expect(answer.status).toBe(422);
      expect(await answer.json()).toMatchObject({ status: 422, field: "amount" });
    },
  );

  it("remembers a key for an hour; after that the same key makes another payment", async () => {
    const key = { "idempotency-key": "k-1" };
    const first = await post("/payments", bodyOf("10.00"), key);
    const { id } = (await first.json()) as Payment;
    await at("2025-01-08T12:59:00Z");
    const second = await post("/payments", bodyOf("10.00"), key);
    expect(second.headers.get("idempotent-replayed")).toBe("true");
    expect(((await second.json()) as Payment).id).toBe(id);
    expect((await post("/payments", bodyOf("11.00"), key)).status).toBe(400);
    await at("2025-01-08T13:01:00Z");
    expect(((await (await post("/payments", bodyOf("10.00"), key)).json()) as Payment).id).not.toBe(id);
  });

  it("lets a payment that nobody finishes expire, and one by bank only after days", async () => {
    const [left, waiting] = [await create(), await create()];
    await choose(waiting.id, { outcome: "pend", method: "banktransfer" });
    await at("2025-01-08T12:16:00Z");
    expect(await look(left.id)).toMatchObject({ status: "expired" });
    expect(await look(waiting.id)).toMatchObject({ status: "pending" });
    await at("2025-01-21T12:00:00Z");
    expect(await look(waiting.id)).toMatchObject({ status: "expired" });
  });

  it("refuses a card for the reason that its amount stands for, in test mode", async () => {
    const payment = await create("1007.00");
    await choose(payment.id, { outcome: "pay", method: "creditcard" });
    expect(await look(payment.id)).toMatchObject({
      status: "failed",
      details: { failureReason: "insufficient_funds" },
    });
  });

  it("shows a page to a person, and sends the shopper back", async () => {
    const { id } = await create("10.00", { description: "<b>Hoi</b>" });
    const page = await (await send("GET", `/mollie/checkout/${id}`)).text();
    expect(page).toContain("&lt;b&gt;Hoi&lt;/b&gt;");
    expect(page).toContain('name="outcome" value="pay"');
    expect((await choose(id, { outcome: "nothing" })).status).toBe(400);
    expect((await send("GET", "/mollie/checkout/tr_none")).status).toBe(404);
  });

  it("finds a second refund like the first a double click, for a minute", async () => {
    const { id } = await create();
    await choose(id, { outcome: "pay" });
    const refund = () => post(`/payments/${id}/refunds`, { amount: { currency: "EUR", value: "2.00" } });
    expect((await refund()).status).toBe(201);
    expect((await refund()).status).toBe(409);
    await at("2025-01-08T12:01:01Z");
    expect((await refund()).status).toBe(201);
  });
});

describe("the sandbox's webhooks", () => {
  const received: string[] = [];
  const server = createServer((request, response) => {
    request.setEncoding("utf8").on("data", (text: string) => received.push(text));
    request.on("end", () => response.writeHead(received.length === 1 ? 500 : 200).end());
  });
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const webhookUrl = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  interface State {
    readonly answered: number;
    readonly failed: number;
    readonly lost: number;
    readonly waiting: number;
  }
  const state = async () => (await (await send("GET", "/_sandbox/payment-webhooks")).json()) as State;
  const switches = (body: object) => send("PUT", "/_sandbox/payment-webhooks", body);
  async function until(isSo: (state: State) => boolean): Promise<void> {
    while (!isSo(await state()));
  }
  async function paid(): Promise<string> {
    const { id } = await create("10.00", { webhookUrl: webhookUrl() });
    await choose(id, { outcome: "pay" });
    return id;
  }

  it("come again a minute after a failure", async () => {
    const id = await paid();
    await until(({ failed, waiting }) => failed === 1 && waiting === 1);
    await at("2025-01-08T12:01:00Z");
    await until(({ answered }) => answered === 1);
    expect(received).toEqual([`id=${id}`, `id=${id}`]);
  });

  it("are lost, doubled and late by switch", async () => {
    await switches({ lose: 1 });
    await paid();
    await until(({ lost, waiting }) => lost === 1 && waiting === 0);
    await switches({ double: 1, delaySeconds: 600 });
    const id = await paid();
    expect(await state()).toMatchObject({ waiting: 2, answered: 1 });
    await at("2025-01-08T12:10:01Z");
    await until(({ answered }) => answered === 3);
    expect(received.slice(2)).toEqual([`id=${id}`, `id=${id}`]);
  });

  it("overtake each other by switch", async () => {
    await switches({ disorder: true, delaySeconds: 600 });
    const ids: string[] = [];
    for (let count = 0; count < 6; count += 1) ids.push(await paid());
    for (let minute = 0; minute <= 10; minute += 1) {
      await at(`2025-01-08T12:${String(minute).padStart(2, "0")}:00Z`);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    await until(({ waiting, answered }) => waiting === 0 && answered === 9);
    const order = received.slice(4).map((text) => text.slice(3));
    expect(order.toSorted()).toEqual(ids.toSorted());
    expect(order).not.toEqual(ids);
  });
});
