import {
  AuthenticationRefused,
  type HttpClientOptions,
  RateLimited,
  Unavailable,
  UnusableAnswer,
} from "@drumline/outbound/http";
import { type Sandbox, startSandbox } from "@drumline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";

import { NoSuchPayment, NotCancelable, RefundRefused } from "../src/gateways/payments/errors.ts";
import type { NewPayment, ObservedPayment, PaymentGateway, PaymentHint } from "../src/gateways/payments/port.ts";
import { listenForHooks } from "./listen-for-hooks.ts";

/** What the battery has to know of a provider. */
export interface ContractOf {
  /** As in the sandbox's paths, and in `PaymentGateway.provider`. */
  readonly name: "mollie" | "stripe";
  readonly mostPerPage: number;
  connect(
    sandboxUrl: string,
    key: { mode: "test" | "live"; token: string },
    http: Partial<HttpClientOptions>,
  ): PaymentGateway;
  /** Tells the sandbox where this provider's webhooks go, where that is no part of a payment. */
  listen?(sandboxUrl: string, url: string): Promise<void>;
}

const NOW = "2026-03-02T10:00:00.000Z";
const eur = (minor: bigint) => ({ minor, currency: "EUR" });

/** What every provider that can be asked has to do, against the sandbox. */
export function describePaymentContract({ name, mostPerPage, connect, listen }: ContractOf): void {
  describe(`payments at ${name}`, () => {
    let sandbox: Sandbox;
    let gateway: PaymentGateway;
    let made = 0;
    const hooks = listenForHooks();

    const connected = (http: Partial<HttpClientOptions> = {}, mode: "test" | "live" = "test", token = "secret") =>
      connect(sandbox.url, { mode, token }, { retries: 0, firstRetryMs: 1, ...http });
    beforeAll(async () => {
      sandbox = await startSandbox({ env: { SANDBOX_TOKEN: "secret", SANDBOX_SPEED: "1" } });
      gateway = connected({ maxConcurrent: 20 });
      await hooks.start();
      await listen?.(sandbox.url, hooks.url());
    });
    afterAll(async () => {
      await sandbox?.close();
      await hooks.stop();
    });
    beforeEach(async () => {
      await sandbox.setFaults([]);
      await steer("PUT", "clock", { virtualNow: NOW, speed: 0 });
      await steer("PUT", "payment-webhooks", {});
    });

    async function steer(method: string, path: string, body: object): Promise<Record<string, unknown>> {
      const answer = await fetch(`${sandbox.url}/_sandbox/${path}`, { method, body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as Record<string, unknown>;
    }
    const change = (payment: ObservedPayment, body: object) =>
      steer("PUT", `payments/${name}/${payment.providerId}`, body);
    const at = (virtualNow: string) => steer("PUT", "clock", { virtualNow, speed: 0 });
    const wanted = (more: Partial<NewPayment> = {}): NewPayment => {
      made += 1;
      return {
        reference: `payment-${made}`,
        orderReference: `order-${made}`,
        amount: eur(1_999n),
        description: "Order ş 東 😀",
        returnUrl: "https://shop.example/return",
        webhookUrl: `${hooks.url()}/hook`,
        ...more,
      };
    };
    const shopper = async (payment: ObservedPayment, form: Record<string, string>) => {
      const answer = await fetch(payment.checkoutUrl!, {
        method: "POST",
        body: new URLSearchParams(form),
        redirect: "manual",
      });
      expect([200, 303]).toContain(answer.status);
      return answer;
    };
    const paid = async (more: Partial<NewPayment> = {}): Promise<ObservedPayment> => {
      const payment = await gateway.create(wanted(more));
      await shopper(payment, { outcome: "pay", close: "1" });
      return payment;
    };
    const refundOf = (payment: ObservedPayment, minor: bigint, key: string) =>
      gateway.refund({
        paymentProviderId: payment.providerId,
        reference: `refund-${key}`,
        idempotencyKey: key,
        amount: eur(minor),
        description: "Returned",
      });

    it("are made open, with our reference, the exact amount and a page to pay at", async () => {
      const asked = wanted();
      const payment = await gateway.create(asked);
      expect(payment).toMatchObject({
        reference: asked.reference,
        status: "OPEN",
        mode: "test",
        amount: eur(1_999n),
        createdAt: new Date(NOW),
        checkoutUrl: expect.stringMatching(/^http/),
      });
      expect(await gateway.get(payment.providerId)).toMatchObject({ ...payment, ...NEWS });
    });

    it.each([
      ["JPY", 100n],
      ["ISK", 100n],
      ["USD", 1_001n],
      ["BHD", 1_230n],
    ])("are made in %s and read back as %s minor units", async (currency, minor) => {
      const payment = await gateway.create(wanted({ amount: { minor, currency } }));
      expect((await gateway.get(payment.providerId)).amount).toEqual({ minor, currency });
    });

    it("are one, however often the same is asked for, also where the answer was lost", async () => {
      const asked = wanted();
      await sandbox.setFaults([{ match: `/${name}`, kind: "truncate", times: 1 }]);
      const first = await connected({ retries: 2 }).create(asked);
      const second = await gateway.create(asked);
      expect(second.providerId).toBe(first.providerId);
      const listed = await gather(gateway.list(new Date(NOW)));
      expect(listed.filter(({ reference }) => reference === asked.reference)).toHaveLength(1);
    });

    it("are paid where the shopper paid and closed the browser", async () => {
      const payment = await paid();
      expect(await gateway.get(payment.providerId)).toMatchObject({
        status: "PAID",
        method: "ideal",
        amount: eur(1_999n),
      });
    });

    it("bring the shopper back to the shop, and are not paid by that", async () => {
      const payment = await gateway.create(wanted());
      const back = await shopper(payment, { outcome: "fail", method: "creditcard", reason: "insufficient_funds" });
      expect(back.headers.get("location")).toBe("https://shop.example/return");
      expect(await gateway.get(payment.providerId)).toMatchObject({ failureReason: "insufficient_funds" });
      expect((await gateway.get(payment.providerId)).status).not.toBe("PAID");
    });

    it("wait for a bank as PENDING", async () => {
      const payment = await gateway.create(wanted());
      await shopper(payment, { outcome: "pend", method: "banktransfer" });
      expect(await gateway.get(payment.providerId)).toMatchObject({ status: "PENDING", rawStatus: expect.any(String) });
    });

    it("are cancelled once, and no more when they are paid", async () => {
      const payment = await gateway.create(wanted());
      expect(await gateway.cancel(payment.providerId)).toMatchObject({ status: "CANCELED", checkoutUrl: null });
      expect(await gateway.cancel(payment.providerId)).toMatchObject({ status: "CANCELED" });
      const other = await paid();
      await expect(gateway.cancel(other.providerId)).rejects.toThrow(NotCancelable);
      expect((await gateway.get(other.providerId)).status).toBe("PAID");
    });

    it("are refunded in parts, each once by its key, never more than was paid; they stay paid", async () => {
      const payment = await paid();
      const first = await refundOf(payment, 500n, `${name}-part-1`);
      expect(first).toMatchObject({ reference: `refund-${name}-part-1`, amount: eur(500n), status: "PENDING" });
      expect((await refundOf(payment, 500n, `${name}-part-1`)).providerId).toBe(first.providerId);
      const refused = await refundOf(payment, 1_500n, `${name}-part-2`).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(RefundRefused);
      expect(refused).toMatchObject({ isDuplicate: false });
      await refundOf(payment, 1_499n, `${name}-part-3`);
      const refunds = await gateway.listRefunds(payment.providerId);
      expect(new Set(refunds.map(({ reference }) => reference))).toEqual(
        new Set([`refund-${name}-part-1`, `refund-${name}-part-3`]),
      );
      expect(refunds).toHaveLength(2);
      await at("2026-03-02T10:05:00.000Z");
      const after = await gateway.get(payment.providerId);
      expect(after.status).toBe("PAID");
      expect(after.refunds!.map(({ status }) => status)).toEqual(["REFUNDED", "REFUNDED"]);
    });

    it("say of a refund that the bank gave it back", async () => {
      const payment = await paid();
      const { providerId } = await refundOf(payment, 1_999n, `${name}-back`);
      await steer("PUT", `payments/${name}/${payment.providerId}/refunds/${providerId}`, { status: "failed" });
      expect(await gateway.listRefunds(payment.providerId)).toMatchObject([{ providerId, status: "FAILED" }]);
    });

    it("are disputed, and won back", async () => {
      const payment = await paid();
      const { id } = await steer("POST", `payments/${name}/${payment.providerId}/disputes`, { reason: "fraudulent" });
      const disputed = await gateway.get(payment.providerId);
      expect(disputed).toMatchObject({
        status: "PAID",
        disputes: [{ providerId: id, status: "OPEN", amount: eur(1_999n) }],
      });
      expect(await gather(gateway.listDisputes(new Date(NOW)))).toMatchObject([
        { paymentProviderId: payment.providerId, dispute: { providerId: id, status: "OPEN" } },
      ]);
      expect(await gather(gateway.listDisputes(new Date("2026-03-02T10:00:01Z")))).toEqual([]);
      await steer("PUT", `payments/${name}/${payment.providerId}/disputes/${String(id)}`, { status: "reversed" });
      expect((await gateway.get(payment.providerId)).disputes).toMatchObject([{ providerId: id, status: "WON" }]);
    });

    it("keep a word that nobody knows as it is, and a method as well", async () => {
      const payment = await gateway.create(wanted());
      await change(payment, { unheardWord: "settling", method: "wero" });
      expect(await gateway.get(payment.providerId)).toMatchObject({
        status: null,
        rawStatus: "settling",
        method: "wero",
      });
    });

    it("are listed newest first, page by page, back to an instant", async () => {
      await at("2026-03-03T10:00:00.000Z");
      await gateway.create(wanted());
      await at("2026-03-04T10:00:00.000Z");
      const count = mostPerPage + 10;
      await Promise.all(Array.from({ length: count }, () => gateway.create(wanted())));
      const pages: number[] = [];
      const times: number[] = [];
      for await (const page of gateway.list(new Date("2026-03-04T00:00:00Z"))) {
        pages.push(page.length);
        times.push(...page.map(({ createdAt }) => createdAt!.getTime()));
      }
      expect(pages.reduce((sum, length) => sum + length, 0)).toBe(count);
      expect(pages[0]).toBe(mostPerPage);
      expect(times).toEqual(times.toSorted((one, other) => other - one));
    }, 60_000);

    it("of the other mode are not known, nor any other id: in the provider's own words", async () => {
      const payment = await paid();
      await expect(connected({}, "live").get(payment.providerId)).rejects.toThrow(NoSuchPayment);
      for (const id of ["nothing", "x/../y", "tr_'; --"]) {
        await expect(gateway.get(id)).rejects.toThrow(NoSuchPayment);
        await expect(gateway.cancel(id)).rejects.toThrow(NoSuchPayment);
      }
      await expect(gateway.listRefunds("nothing")).rejects.toThrow(NoSuchPayment);
      await expect(refundOf({ ...payment, providerId: "nothing" }, 1n, "k")).rejects.toThrow(NoSuchPayment);
    });

    it("cannot be asked for with a wrong key, which says what to set", async () => {
      const refused = await connected({}, "test", "wrong")
        .get("x")
        .catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(AuthenticationRefused);
      expect((refused as Error).message).toContain("_KEY");
      expect((refused as Error).message).not.toContain("wrong");
    });

    it.each([
      [
        "429 with Retry-After",
        { kind: "status", status: 429, retryAfterSeconds: 120 },
        RateLimited,
        { retryAfterMs: 120_000 },
      ],
      ["503", { kind: "status", status: 503 }, Unavailable, { retriable: true }],
      ["500", { kind: "status", status: 500 }, Unavailable, { retriable: true }],
      ["a silence", { kind: "slow", delayMs: 30_000 }, Unavailable, { retriable: true }],
      ["a connection that is reset", { kind: "reset" }, Unavailable, { retriable: true }],
      ["a web page with 200", { kind: "garbage", as: "html" }, UnusableAnswer, { status: null }],
      ["half of its JSON", { kind: "truncate" }, UnusableAnswer, { status: null }],
      ["a 404 in other words than its own", { kind: "status", status: 404 }, UnusableAnswer, { status: 404 }],
      ["401", { kind: "status", status: 401 }, AuthenticationRefused, { retriable: false }],
    ])("change by nothing when the answer is %s", async (_, fault, kind, fields) => {
      const payment = await paid();
      await sandbox.setFaults([{ match: `/${name}`, ...fault }]);
      const failure = await connected({ timeoutMs: 300 })
        .get(payment.providerId)
        .catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(kind);
      expect(failure).toMatchObject(fields);
      await sandbox.setFaults([]);
      expect((await gateway.get(payment.providerId)).status).toBe("PAID");
    });

    it("are told of by a webhook that the gateway reads", async () => {
      const payment = await paid();
      const { rawBody, headers } = await hooks.next((body) => body.includes(payment.providerId));
      const hints: readonly PaymentHint[] = gateway.parseWebhook(rawBody, headers, new Date(NOW));
      expect(hints).toMatchObject([{ providerId: payment.providerId, observed: null }]);
    });

    async function gather<Item>(pages: AsyncIterable<readonly Item[]>): Promise<Item[]> {
      const all: Item[] = [];
      for await (const page of pages) all.push(...page);
      return all;
    }
  });
}

/** What a GET tells beyond the answer to the POST. */
const NEWS = { refunds: expect.anything(), disputes: expect.anything() };
