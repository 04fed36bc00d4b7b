import { parseJson } from "@drumline/core/text";
import { createHttpClient, type HttpClientOptions, Unavailable, UnusableAnswer } from "@drumline/outbound/http";
import type { z } from "zod";

import { mollieUnits, toDecimal } from "../amounts.ts";
import { createAnswerReader } from "../answer-reader.ts";
import { NoSuchPayment, NotCancelable, PaymentRefused, RefundRefused } from "../errors.ts";
import type {
  Amount,
  ListedDispute,
  NewPayment,
  NewRefund,
  ObservedPayment,
  ObservedRefund,
  PaymentGateway,
} from "../port.ts";
import {
  chargebackPageSchema,
  errorSchema,
  listedChargebackSchema,
  paymentPageSchema,
  paymentSchema,
  refundPageSchema,
  refundSchema,
} from "./mollie-answers.ts";
import { parseMollieWebhook } from "./mollie-webhook.ts";

/** Where Mollie is and how to log in. */
export interface MollieAccess {
  readonly url: string;
  readonly apiKey: string;
  /** Of the next generation of webhooks, several while they rotate. */
  readonly webhookSecrets: readonly string[];
}

const PROVIDER = "Mollie";
const PAYMENTS = "/v2/payments";
const CHARGEBACKS = "/v2/chargebacks";
const MOST_PER_PAGE = "250";
/** Longer ones would be cut. */
const LONGEST_DESCRIPTION = 255;

const paymentPath = (id: string): string => `${PAYMENTS}/${encodeURIComponent(id)}`;
const refundsPath = (id: string): string => `${paymentPath(id)}/refunds`;

/** Mollie's Payments API v2. A payment stays `paid` whatever follows: refunds and chargebacks come embedded. */
export function createMollieGateway(
  { url, apiKey, webhookSecrets }: MollieAccess,
  http: Partial<HttpClientOptions> = {},
): PaymentGateway {
  const client = createHttpClient({
    name: PROVIDER,
    baseUrl: url,
    headers: { authorization: `Bearer ${apiKey}` },
    credentialsCure: "Set MOLLIE_API_KEY to a key that it accepts and restart the worker; no payment was changed.",
    ...http,
  });
  const { read, readEach } = createAnswerReader(client);

  async function get(providerId: string, signal?: AbortSignal): Promise<ObservedPayment> {
    const path = paymentPath(providerId);
    const answer = await client
      .get(path, { embed: "refunds,chargebacks" }, signal)
      .catch((error: unknown) => refuseUnknown(error, providerId));
    return read(paymentSchema, answer, "GET", path);
  }

  async function create(payment: NewPayment, signal?: AbortSignal): Promise<ObservedPayment> {
    const body = {
      amount: toWire(payment.amount),
      description: payment.description.slice(0, LONGEST_DESCRIPTION).toWellFormed(),
      redirectUrl: payment.returnUrl,
      ...(payment.webhookUrl === null ? {} : { webhookUrl: payment.webhookUrl }),
      metadata: { reference: payment.reference, order: payment.orderReference },
    };
    const answer = await client.postOnce(PAYMENTS, body, payment.reference, signal).catch((error: unknown) => {
      const said = refusalOf(error);
      if (said?.status === 409) throw stillRunning(`POST ${PAYMENTS}`, said.detail);
      if (said !== null && (said.status === 400 || said.status === 422))
        throw new PaymentRefused(PROVIDER, payment.reference, { said: said.detail, field: said.field ?? null });
      throw error;
    });
    return read(paymentSchema, answer, "POST", PAYMENTS);
  }

  async function cancel(providerId: string, signal?: AbortSignal): Promise<ObservedPayment> {
    const path = paymentPath(providerId);
    try {
      return read(paymentSchema, await client.delete(path, signal), "DELETE", path);
    } catch (error) {
      const said = refusalOf(error);
      if (said?.status !== 422) return refuseUnknown(error, providerId);
      // The answer to an earlier call may have been lost.
      const now = await get(providerId, signal);
      if (now.status === "CANCELED") return now;
      throw new NotCancelable(PROVIDER, providerId, `${said.detail} It is ${now.rawStatus}.`);
    }
  }

  async function refund(wanted: NewRefund, signal?: AbortSignal): Promise<ObservedRefund> {
    const path = refundsPath(wanted.paymentProviderId);
    const body = {
      amount: toWire(wanted.amount),
      description: wanted.description.slice(0, LONGEST_DESCRIPTION).toWellFormed(),
      metadata: { reference: wanted.reference },
    };
    const answer = await client.postOnce(path, body, wanted.idempotencyKey, signal).catch((error: unknown) => {
      const said = refusalOf(error);
      const isDuplicate = said?.status === 409 && /duplicate/i.test(said.detail);
      if (said?.status === 409 && !isDuplicate) throw stillRunning(`POST ${path}`, said.detail);
      // 400: the key came before with another body, so that there may be a refund under it.
      if (said !== null && (isDuplicate || said.status === 422 || said.status === 400))
        throw new RefundRefused(PROVIDER, wanted.paymentProviderId, {
          said: said.detail,
          isDuplicate: isDuplicate || said.status === 400,
        });
      return refuseUnknown(error, wanted.paymentProviderId);
    });
    return read(refundSchema, answer, "POST", path);
  }

  async function listRefunds(paymentProviderId: string, signal?: AbortSignal): Promise<readonly ObservedRefund[]> {
    const path = refundsPath(paymentProviderId);
    const refunds: ObservedRefund[] = [];
    for await (const answer of pages(path, signal, paymentProviderId))
      refunds.push(...read(refundPageSchema, answer, "GET", path)._embedded.refunds);
    return refunds;
  }

  async function* list(
    since: Date,
    signal?: AbortSignal,
    passOver?: (problem: UnusableAnswer) => void,
  ): AsyncGenerator<readonly ObservedPayment[]> {
    for await (const answer of pages(PAYMENTS, signal, null)) {
      const raw = read(paymentPageSchema, answer, "GET", PAYMENTS)._embedded.payments;
      const payments = readEach(paymentSchema, raw, { path: PAYMENTS, what: "payment", passOver });
      const isNew = ({ createdAt }: ObservedPayment) => createdAt === null || createdAt >= since;
      yield payments.filter(isNew);
      if (payments.some((payment) => !isNew(payment))) return;
    }
  }

  async function* listDisputes(
    since: Date,
    signal?: AbortSignal,
    passOver?: (problem: UnusableAnswer) => void,
  ): AsyncGenerator<readonly ListedDispute[]> {
    for await (const answer of pages(CHARGEBACKS, signal, null)) {
      const raw = read(chargebackPageSchema, answer, "GET", CHARGEBACKS)._embedded.chargebacks;
      const disputes = readEach(listedChargebackSchema, raw, { path: CHARGEBACKS, what: "dispute", passOver });
      const isNew = ({ dispute }: ListedDispute) => dispute.openedAt >= since;
      yield disputes.filter(isNew);
      if (disputes.some((listed) => !isNew(listed))) return;
    }
  }

  async function* pages(path: string, signal: AbortSignal | undefined, paymentId: string | null) {
    const seen = new Set<string>();
    for (let from: string | null = ""; from !== null;) {
      const query = { limit: MOST_PER_PAGE, ...(from === "" ? {} : { from }) };
      const answer: unknown = await client
        .get(path, query, signal)
        .catch((error: unknown) => (paymentId === null ? Promise.reject(error) : refuseUnknown(error, paymentId)));
      yield answer;
      const page: string | null = read(paymentPageSchema.pick({ _links: true }), answer, "GET", path)._links;
      if (page !== null && seen.has(page))
        throw client.unusable("GET", path, `leads from page ${page} back to it, so that its list never ends.`);
      if (page !== null) seen.add(page);
      from = page;
    }
  }

  return {
    provider: "mollie",
    canPoll: true,
    create,
    get,
    cancel,
    refund,
    listRefunds,
    list,
    listDisputes,
    parseWebhook: (rawBody, headers) => parseMollieWebhook(rawBody, headers, webhookSecrets),
  };

  function stillRunning(call: string, detail: string): Unavailable {
    const site = { system: PROVIDER, method: call.split(" ")[0]!, url: call.split(" ")[1]! };
    return new Unavailable(site, `is still busy with the first call by that key: ${detail}`);
  }
}

const toWire = (amount: Amount) => ({
  currency: amount.currency,
  value: toDecimal(amount, mollieUnits, PROVIDER),
});

/** Mollie's own words for a refusal; null for any other failure, and for a refusal that somebody else speaks. */
function refusalOf(error: unknown): z.output<typeof errorSchema> | null {
  if (!(error instanceof UnusableAnswer) || error.status === null || error.said === null) return null;
  try {
    const said = errorSchema.parse(parseJson(error.said));
    return said.status === error.status ? said : null;
  } catch {
    return null;
  }
}

/** A 404 in Mollie's own words is about the payment; any other may be of a proxy or of a wrong address. */
function refuseUnknown(error: unknown, providerId: string): never {
  if (refusalOf(error)?.status === 404) throw new NoSuchPayment(PROVIDER, providerId);
  throw error;
}
