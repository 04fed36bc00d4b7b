import { parseJson } from "@drumline/core/text";
import { createHttpClient, type HttpClientOptions, Unavailable, UnusableAnswer } from "@drumline/outbound/http";
import type { z } from "zod";

import { stripeUnits, toWireUnits } from "../amounts.ts";
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
  chargeSchema,
  disputeListSchema,
  errorSchema,
  intentSchema,
  listedDisputeSchema,
  rawListSchema,
  refundListSchema,
  refundSchema,
} from "./stripe-answers.ts";
import { parseStripeWebhook } from "./stripe-webhook.ts";

/** Where Stripe is and how to log in. */
export interface StripeAccess {
  readonly url: string;
  readonly secretKey: string;
  /** Of the endpoint, several while they rotate. */
  readonly webhookSecrets: readonly string[];
  /**
   * The method of a payment whose page Stripe hosts, such as `ideal`: it is confirmed when it is made, so that it has a page to
   * send the shopper to. Null: the shop's own page confirms it.
   */
  readonly redirectMethod: string | null;
}

const PROVIDER = "Stripe";
const INTENTS = "/v1/payment_intents";
const REFUNDS = "/v1/refunds";
const DISPUTES = "/v1/disputes";
const MOST_PER_PAGE = "100";
/** Answers have the shape of this version, whatever the account's is. */
const API_VERSION = "2024-06-20";

const intentPath = (id: string): string => `${INTENTS}/${encodeURIComponent(id)}`;

/** Stripe's PaymentIntents. Refunds and disputes are objects of their own, asked for where the charge says that there are any. */
export function createStripeGateway(
  { url, secretKey, webhookSecrets, redirectMethod }: StripeAccess,
  http: Partial<HttpClientOptions> = {},
): PaymentGateway {
  const client = createHttpClient({
    name: PROVIDER,
    baseUrl: url,
    headers: { authorization: `Bearer ${secretKey}`, "stripe-version": API_VERSION },
    credentialsCure: "Set STRIPE_SECRET_KEY to a key that it accepts and restart the worker; no payment was changed.",
    ...http,
  });

  const { read, readEach } = createAnswerReader(client);

  async function get(providerId: string, signal?: AbortSignal): Promise<ObservedPayment> {
    const path = intentPath(providerId);
    const answer = await client
      .get(path, { "expand[0]": "latest_charge.refunds" }, signal)
      .catch((error: unknown) => refuseUnknown(error, providerId));
    const { charge, ...payment } = read(intentSchema, answer, "GET", path);
    if (charge === null) return { ...payment, refunds: [], disputes: [] };
    const { disputed, refunds } = read(chargeSchema, charge, "GET", path);
    return { ...payment, refunds, disputes: disputed ? await disputesOf(providerId, signal) : [] };
  }

  async function create(payment: NewPayment, signal?: AbortSignal): Promise<ObservedPayment> {
    const body = new URLSearchParams({
      ...toWire(payment.amount),
      description: payment.description.slice(0, 1_000).toWellFormed(),
      "metadata[reference]": payment.reference,
      "metadata[order]": payment.orderReference,
      ...(redirectMethod === null
        ? { "automatic_payment_methods[enabled]": "true" }
        : {
            confirm: "true",
            "payment_method_types[0]": redirectMethod,
            "payment_method_data[type]": redirectMethod,
            return_url: payment.returnUrl,
          }),
    });
    const answer = await client.postOnce(INTENTS, body, payment.reference, signal).catch((error: unknown) => {
      const said = refusalOf(error);
      if (said?.status === 409) throw stillRunning(INTENTS, said.message);
      if (said !== null)
        throw new PaymentRefused(PROVIDER, payment.reference, { said: said.message, field: said.param });
      throw error;
    });
    return withoutCharge(read(intentSchema, answer, "POST", INTENTS));
  }

  async function cancel(providerId: string, signal?: AbortSignal): Promise<ObservedPayment> {
    const path = `${intentPath(providerId)}/cancel`;
    try {
      // No key: under one, a failure of theirs would be said again for a day.
      return withoutCharge(read(intentSchema, await client.query(path, undefined, signal), "POST", path));
    } catch (error) {
      const said = refusalOf(error);
      if (said === null || said.status === 404) return refuseUnknown(error, providerId);
      const now = await get(providerId, signal);
      if (now.status === "CANCELED" || now.status === "EXPIRED") return now;
      throw new NotCancelable(PROVIDER, providerId, `${said.message} It is ${now.rawStatus}.`);
    }
  }

  async function refund(wanted: NewRefund, signal?: AbortSignal): Promise<ObservedRefund> {
    const body = new URLSearchParams({
      payment_intent: wanted.paymentProviderId,
      amount: toWire(wanted.amount).amount,
      "metadata[reference]": wanted.reference,
      "metadata[description]": wanted.description.slice(0, 500).toWellFormed(),
    });
    const answer = await client.postOnce(REFUNDS, body, wanted.idempotencyKey, signal).catch((error: unknown) => {
      const said = refusalOf(error);
      if (said?.status === 409) throw stillRunning(REFUNDS, said.message);
      if (said === null || said.status === 404 || said.code === "resource_missing")
        return refuseUnknown(error, wanted.paymentProviderId);
      // The key came before with something else, so that there may be a refund under it.
      const isDuplicate = said.type === "idempotency_error";
      throw new RefundRefused(PROVIDER, wanted.paymentProviderId, { said: said.message, isDuplicate });
    });
    return read(refundSchema, answer, "POST", REFUNDS);
  }

  async function listRefunds(providerId: string, signal?: AbortSignal): Promise<readonly ObservedRefund[]> {
    const refunds: ObservedRefund[] = [];
    try {
      for await (const answer of pages(REFUNDS, { payment_intent: providerId }, signal))
        refunds.push(...read(refundListSchema, answer, "GET", REFUNDS).data);
    } catch (error) {
      return refuseUnknown(error, providerId);
    }
    return refunds;
  }

  async function disputesOf(providerId: string, signal?: AbortSignal) {
    const answer = await client.get(DISPUTES, { payment_intent: providerId, limit: MOST_PER_PAGE }, signal);
    return read(disputeListSchema, answer, "GET", DISPUTES).data;
  }

  async function* list(
    since: Date,
    signal?: AbortSignal,
    passOver?: (problem: UnusableAnswer) => void,
  ): AsyncGenerator<readonly ObservedPayment[]> {
    for await (const answer of pages(INTENTS, createdFrom(since), signal)) {
      const raw = read(rawListSchema, answer, "GET", INTENTS).data;
      yield readEach(intentSchema, raw, { path: INTENTS, what: "payment", passOver }).map(withoutCharge);
    }
  }

  async function* listDisputes(
    since: Date,
    signal?: AbortSignal,
    passOver?: (problem: UnusableAnswer) => void,
  ): AsyncGenerator<readonly ListedDispute[]> {
    for await (const answer of pages(DISPUTES, createdFrom(since), signal)) {
      const raw = read(rawListSchema, answer, "GET", DISPUTES).data;
      const disputes = readEach(listedDisputeSchema, raw, { path: DISPUTES, what: "dispute", passOver });
      yield disputes.filter((listed) => listed !== null);
    }
  }

  async function* pages(path: string, filter: Readonly<Record<string, string>>, signal?: AbortSignal) {
    const seen = new Set<string>();
    for (let after: string | null = ""; after !== null;) {
      const query = { ...filter, limit: MOST_PER_PAGE, ...(after === "" ? {} : { starting_after: after }) };
      const answer: unknown = await client.get(path, query, signal);
      yield answer;
      const { data, has_more: hasMore } = read(rawListSchema, answer, "GET", path);
      const last: unknown = Object(data.at(-1)).id;
      after = hasMore && typeof last === "string" ? last : null;
      if (after !== null && seen.has(after))
        throw client.unusable("GET", path, `lists ${after} again after itself, so that its list never ends.`);
      if (after !== null) seen.add(after);
    }
  }

  return {
    provider: "stripe",
    canPoll: true,
    create,
    get,
    cancel,
    refund,
    listRefunds,
    list,
    listDisputes,
    parseWebhook: (rawBody, headers, now) => parseStripeWebhook(rawBody, headers, { secrets: webhookSecrets, now }),
  };
}

function withoutCharge(intent: z.output<typeof intentSchema>): ObservedPayment {
  const { charge: _, ...payment } = intent;
  return payment;
}

const createdFrom = (since: Date) => ({ "created[gte]": String(Math.floor(since.getTime() / 1_000)) });

const toWire = (amount: Amount) => ({
  amount: toWireUnits(amount, stripeUnits, PROVIDER).toString(),
  currency: amount.currency.toLowerCase(),
});

const stillRunning = (path: string, said: string): Unavailable =>
  new Unavailable(
    { system: PROVIDER, method: "POST", url: path },
    `is still busy with the first call by that key: ${said}`,
  );

interface Refusal {
  readonly status: number;
  readonly type: string;
  readonly code: string | null;
  readonly message: string;
  readonly param: string | null;
}

/** Stripe's own words for a refusal; null for any other failure, and for a refusal that somebody else speaks. */
function refusalOf(error: unknown): Refusal | null {
  if (!(error instanceof UnusableAnswer) || error.status === null || error.said === null) return null;
  try {
    const { type, code, message, param } = errorSchema.parse(parseJson(error.said)).error;
    return { status: error.status, type, code: code ?? null, message, param: param ?? null };
  } catch {
    return null;
  }
}

/** Missing in Stripe's own words is about the payment; any other 404 may be of a proxy or of a wrong address. */
function refuseUnknown(error: unknown, providerId: string): never {
  const said = refusalOf(error);
  if (said?.status === 404 || said?.code === "resource_missing") throw new NoSuchPayment(PROVIDER, providerId);
  throw error;
}
