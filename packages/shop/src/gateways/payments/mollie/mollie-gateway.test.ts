import type { HttpTransport } from "@drumline/outbound/http";
import { Unavailable, UnusableAnswer } from "@drumline/outbound/http";
import { describe, expect, it } from "@jest/globals";

import { PaymentRefused, RefundRefused } from "../errors.ts";
import type { NewPayment, ObservedPayment } from "../port.ts";
import { createMollieGateway } from "./mollie-gateway.ts";

/** Answers every call with the next of these, and with the last from then on. */
function answering(...answers: { status?: number; body: unknown }[]) {
  const asked: string[] = [];
  const transport: HttpTransport = {
    ask: async (request, options = {}) => {
      asked.push(`${request.method} ${String(request.url)}`);
      const { status = 200, body } = answers[Math.min(asked.length, answers.length) - 1]!;
      const answered = { status, headers: {}, text: JSON.stringify(body) };
      return await Promise.resolve(options.read!(answered));
    },
    open: () => Promise.reject(new Error("nothing is opened here")),
    close: () => undefined,
  };
  const access = { url: "https://mollie.example", apiKey: "test_key", webhookSecrets: [] };
  return { gateway: createMollieGateway(access, { transport, retries: 0 }), asked };
}

const payment = (change: object = {}) => ({
  resource: "payment",
  id: "tr_1",
  status: "open",
  mode: "test",
  amount: { currency: "EUR", value: "10.00" },
  createdAt: "2026-03-02T10:00:00+00:00",
  metadata: { reference: "r-1" },
  ...change,
});
const page = (payments: unknown[], next: string | null = null) => ({
  body: {
    _embedded: { payments },
    _links: { next: next === null ? null : { href: `https://elsewhere.example/v2/payments?from=${next}&limit=1` } },
  },
});
const refusal = (status: number, detail: string, field?: string) => ({
  status,
  body: { status, title: "No", detail, ...(field === undefined ? {} : { field }) },
});
const wanted: NewPayment = {
  reference: "r-1",
  orderReference: "o-1",
  amount: { minor: 1_000n, currency: "EUR" },
  description: "x".repeat(300),
  returnUrl: "https://shop.example/",
  webhookUrl: null,
};
const refund = {
  paymentProviderId: "tr_1",
  reference: "f-1",
  idempotencyKey: "k",
  amount: wanted.amount,
  description: "",
};
const caught = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => Promise.reject(new Error("expected a refusal")),
    (error: unknown) => error,
  );
async function read(pages: AsyncIterable<readonly ObservedPayment[]>): Promise<string[]> {
  const ids: string[] = [];
  for await (const payments of pages) ids.push(...payments.map(({ providerId }) => providerId));
  return ids;
}

describe("Mollie's list", () => {
  const SINCE = new Date("2026-03-01T00:00:00Z");

  it("goes on at our own address, and ends with the first payment that is too old", async () => {
    const old = payment({ id: "tr_3", createdAt: "2026-02-01T00:00:00Z" });
    const { gateway, asked } = answering(page([payment()], "tr_2"), page([payment({ id: "tr_2" }), old], "tr_4"));
    expect(await read(gateway.list(SINCE))).toEqual(["tr_1", "tr_2"]);
    expect(asked).toEqual([
      "GET https://mollie.example/v2/payments?limit=250",
      "GET https://mollie.example/v2/payments?limit=250&from=tr_2",
    ]);
  });

  it("is refused where it leads in a circle", async () => {
    const { gateway, asked } = answering(page([payment()], "tr_2"));
    expect(await caught(read(gateway.list(SINCE)))).toMatchObject({ message: expect.stringContaining("never ends") });
    expect(asked).toHaveLength(2);
  });

  it("passes over a payment that cannot be read, aloud, or ends with it", async () => {
    const bad = payment({ id: "tr_bad", amount: { currency: "EUR", value: "10.005" } });
    const problems: string[] = [];
    const { gateway } = answering(page([bad, payment()]));
    const passOver = ({ message }: Error) => problems.push(message);
    expect(await read(gateway.list(SINCE, undefined, passOver))).toEqual(["tr_1"]);
    expect(problems).toEqual([expect.stringContaining('at most 2 decimals and no sign, got "10.005"')]);
    expect(await caught(read(gateway.list(SINCE)))).toBeInstanceOf(UnusableAnswer);
  });
});

describe("Mollie's refusals", () => {
  it("of a payment name the field, and are final", async () => {
    const { gateway } = answering(refusal(422, "The amount contains an invalid value", "amount"));
    const error = await caught(gateway.create(wanted));
    expect(error).toBeInstanceOf(PaymentRefused);
    expect((error as Error).message).toContain('invalid value" (its field "amount")');
  });

  it("of a refund like another say so, and those of a first call under way do not count", async () => {
    const twice = await caught(answering(refusal(409, "A duplicate refund has been detected")).gateway.refund(refund));
    expect(twice).toBeInstanceOf(RefundRefused);
    expect(twice).toMatchObject({ isDuplicate: true, code: "REFUND_REFUSED" });
    const reused = await caught(answering(refusal(400, "The key was used with another body")).gateway.refund(refund));
    expect(reused).toMatchObject({ isDuplicate: true });
    for (const call of ["create", "refund"] as const) {
      const { gateway } = answering(refusal(409, "Another request with the same idempotency key is being processed"));
      const error = await caught(call === "create" ? gateway.create(wanted) : gateway.refund(refund));
      expect(error).toBeInstanceOf(Unavailable);
    }
  });

  it("in other words than Mollie's are no refusals of its own", async () => {
    for (const body of [{ error: "none" }, "no", { status: 403, detail: "x" }, { status: 404, detail: 7 }])
      expect(await caught(answering({ status: 404, body }).gateway.get("tr_1"))).toMatchObject({
        code: "UNUSABLE_ANSWER",
        status: 404,
      });
  });
});

describe("Mollie's payment", () => {
  const get = (change: object) => answering({ body: payment(change) }).gateway.get("tr_1");

  it("is not taken over where what counts cannot be kept", async () => {
    const wrong = [
      { id: "tr_\0" },
      { id: 7 },
      { status: "pa\ud800id" },
      { status: "" },
      { amount: { currency: "EURO", value: "1.00" } },
      { amount: { currency: "EUR", value: 1 } },
      { _embedded: { refunds: [{ id: "re_1" }] } },
    ];
    for (const change of wrong) expect(await caught(get(change))).toBeInstanceOf(UnusableAnswer);
  });

  it("is taken over without what does not count and cannot be read", async () => {
    const odd = {
      metadata: { reference: "a\0" },
      method: "\ud800",
      createdAt: "+010000-01-01T00:00:00Z",
      expiresAt: "soon",
      details: "none",
      _links: { checkout: { href: "javascript:alert(1)" } },
    };
    expect(await get(odd)).toMatchObject({
      status: "OPEN",
      reference: null,
      method: null,
      createdAt: null,
      expiresAt: null,
      failureReason: null,
      checkoutUrl: null,
    });
    expect(await get({ metadata: "text", method: "wero 😀", status: "settling" })).toMatchObject({
      status: null,
      rawStatus: "settling",
      method: "wero 😀",
    });
  });
});
