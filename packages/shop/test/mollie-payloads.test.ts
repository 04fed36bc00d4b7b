import { describe, expect, it } from "@jest/globals";

import { createMollieGateway } from "../src/gateways/payments/mollie/mollie-gateway.ts";
import type { ObservedPayment } from "../src/gateways/payments/port.ts";
import { payloadsAreThere, payloadText, transportOf } from "./payment-payloads.ts";

const answering = (answer: (request: { method: string; url: string }) => unknown) =>
  createMollieGateway(
    { url: "https://api.mollie.com", apiKey: "test_key", webhookSecrets: [] },
    { transport: transportOf(answer), retries: 0 },
  );

const fake = (name: string, id = "tr_7UhSN1zuXS") =>
  payloadText(`mollie-api-php/src/Fake/Responses/${name}.json`).replace("{{ RESOURCE_ID }}", id);

async function listAll(gateway: ReturnType<typeof answering>): Promise<ObservedPayment[]> {
  const payments: ObservedPayment[] = [];
  for await (const page of gateway.list(new Date(0))) payments.push(...page);
  return payments;
}

const eur = (minor: bigint) => ({ minor, currency: "EUR" });

(payloadsAreThere || process.env["CI"] === "true" ? describe : describe.skip)("Mollie's published bodies", () => {
  it("say of a payment what its maker means", async () => {
    expect(await answering(() => fake("payment")).get("tr_7UhSN1zuXS")).toEqual({
      providerId: "tr_7UhSN1zuXS",
      reference: null,
      status: "OPEN",
      rawStatus: "open",
      mode: "test",
      method: "ideal",
      amount: eur(2_000n),
      isCancelable: false,
      failureReason: null,
      checkoutUrl: null,
      createdAt: new Date("2018-03-13T14:02:29Z"),
      expiresAt: new Date("2018-03-13T14:17:29Z"),
      captureBefore: null,
      refunds: null,
      disputes: null,
    });
  });

  it("list payments, whose next page is asked for at our own address", async () => {
    const urls: string[] = [];
    const gateway = answering(({ url }) => {
      urls.push(url);
      const page = JSON.parse(fake("payment-list")) as object;
      return urls.length === 1 ? page : { ...page, _links: { next: null } };
    });
    const [first, second] = await listAll(gateway);
    expect(urls).toEqual([
      "https://api.mollie.com/v2/payments?limit=250",
      "https://api.mollie.com/v2/payments?limit=250&from=tr_SDkzMggpvx",
    ]);
    expect(first).toEqual(second);
    expect(first).toMatchObject({
      providerId: "tr_7UhSN1zuXS",
      status: "OPEN",
      mode: "live",
      amount: { minor: 7_500n, currency: "GBP" },
      checkoutUrl: "https://www.mollie.com/checkout/issuer/select/ideal/7UhSN1zuXS",
      createdAt: new Date("2024-02-12T11:58:35Z"),
    });
  });

  it("say of refunds and chargebacks what their maker means", async () => {
    const refund = JSON.parse(fake("refund", "re_4qqhO89gsT")) as object;
    const chargeback = JSON.parse(fake("chargeback", "chb_n9z0tp")) as object;
    const { _embedded } = JSON.parse(fake("chargeback-list")) as { _embedded: { chargebacks: object[] } };
    const reversed = { ..._embedded.chargebacks[0], reversedAt: "2022-01-10T10:00:00+00:00" };
    const payment = { ...(JSON.parse(fake("payment")) as object), status: "paid" };
    const embedded = { refunds: [refund], chargebacks: [chargeback, reversed] };
    const observed = await answering(() => ({ ...payment, _embedded: embedded })).get("tr_7UhSN1zuXS");
    expect(observed).toMatchObject({
      status: "PAID",
      refunds: [{ providerId: "re_4qqhO89gsT", status: "PENDING", amount: eur(595n), reference: null }],
      disputes: [
        {
          providerId: "chb_n9z0tp",
          status: "OPEN",
          amount: { minor: 4_338n, currency: "USD" },
          reason: "Account identifier incorrect (i.e. invalid IBAN)",
          openedAt: new Date("2023-03-14T17:09:02Z"),
        },
        { providerId: "chb_xg7414", status: "WON", amount: eur(1_000n), reason: null },
      ],
    });
    const page = { ...(JSON.parse(fake("refund-list")) as object), _links: { next: null } };
    expect(await answering(() => page).listRefunds("tr_7UhSN1zuXS")).toHaveLength(1);
  });

  it("list chargebacks with whose they are, back to an instant", async () => {
    const list = { ...(JSON.parse(fake("chargeback-list")) as object), _links: { next: null } };
    const listed = async (since: string) => {
      const disputes = [];
      for await (const page of answering(() => list).listDisputes(new Date(since))) disputes.push(...page);
      return disputes;
    };
    expect((await listed("2022-01-03T00:00:00Z"))[0]).toMatchObject({
      paymentProviderId: "tr_HdQrGb6N3r",
      dispute: { providerId: "chb_xg7414", status: "OPEN", amount: eur(1_000n) },
    });
    expect(await listed("2030-01-01T00:00:00Z")).toEqual([]);
  });

  it("are read as recorded from the real api, page by page", async () => {
    interface Recorded {
      method: string;
      path: string;
      response: { resource?: string; id: string; amount: { value: string }; _embedded?: { payments: object[] } };
    }
    const recorded = JSON.parse(payloadText("mollie-api-node/tests/__nock-fixtures__/iteration.json")) as Recorded[];
    const made = recorded.filter(({ method, response }) => method === "POST" && response.resource === "payment");
    expect(made).toHaveLength(7);
    for (const { response } of made) {
      const { providerId, amount, status, mode } = await answering(() => response).get(response.id);
      expect({ providerId, status, mode }).toEqual({ providerId: response.id, status: "OPEN", mode: "test" });
      expect(`${amount.minor}`).toBe(response.amount.value.replace(".", ""));
    }
    const lists = recorded.filter(({ method, path }) => method === "GET" && path.startsWith("/v2/payments"));
    expect(lists).toHaveLength(6);
    for (const { response } of lists) {
      const page = { ...response, _links: { next: null } };
      expect(await listAll(answering(() => page))).toHaveLength(response._embedded!.payments.length);
    }
  });
});
