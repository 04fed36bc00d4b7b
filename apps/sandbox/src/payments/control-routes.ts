import { given } from "@drumline/core/patch";
import { z } from "zod";

import { HttpError, jsonReply, parseInput, type Route } from "../http/index.ts";
import type { PaymentsState } from "./payments-state.ts";
import { PLAYED_REFUND_STATUSES, PLAYED_STATUSES, type PlayedPayment } from "./played-payment.ts";
import type { PlayedProvider } from "./played-provider.ts";
import { webhookSwitches } from "./webhook-sender.ts";

const paymentChange = z.strictObject({
  /** Also what cannot be: paid after it was cancelled. */
  status: z.enum(PLAYED_STATUSES).optional(),
  /** A word that nobody has heard of yet; null for the status again. */
  unheardWord: z.string().min(1).nullable().optional(),
  method: z.string().min(1).nullable().optional(),
  failureReason: z.string().min(1).nullable().optional(),
  /** As if another amount had been paid, in the provider's units. */
  units: z
    .int()
    .min(0)
    .transform((units) => BigInt(units))
    .optional(),
});
const refundChange = z.strictObject({ status: z.enum(PLAYED_REFUND_STATUSES) });
const newDispute = z.strictObject({ reason: z.string().min(1).default("Payment disputed by the shopper") });
const disputeChange = z.strictObject({ status: z.enum(["received", "reversed", "lost"]) });

const endpointBody = z.strictObject({ url: z.url(), secret: z.string().min(1) }).nullable();

const PAYMENT = "/_sandbox/payments/:provider/:id";

/** How tests and demonstrations steer the payment providers. */
export function paymentControlRoutes(state: PaymentsState): Route[] {
  const { webhooks, nowMs } = state;
  const providers: Readonly<Record<string, PlayedProvider>> = providersOf(state);

  function find({ provider: name, id }: Readonly<Record<string, string>>): [PlayedProvider, PlayedPayment] {
    const provider = Object.hasOwn(providers, name!) ? providers[name!]! : null;
    provider?.advance(nowMs());
    const payment = provider?.find(id!, null) ?? null;
    if (provider !== null && payment !== null) return [provider, payment];
    const message = `no payment ${id} at ${name}; the providers are ${Object.keys(providers).join(", ")}`;
    throw new HttpError(404, { code: "NO_SUCH_PAYMENT", message });
  }

  return [
    {
      method: "GET",
      path: "/_sandbox/payments",
      about: "The newest 100 payments of every provider, and how the webhooks go",
      auth: null,
      handle: () => {
        const newest = Object.entries(providers).map(([name, provider]) => {
          provider.advance(nowMs());
          return [name, provider.list(null).slice(0, 100).map(toView)];
        });
        return jsonReply({ now: new Date(nowMs()).toISOString(), ...Object.fromEntries(newest) });
      },
    },
    {
      method: "GET",
      path: "/_sandbox/payment-webhooks",
      about: "How many webhooks of payment providers were answered, failed, lost, and wait",
      auth: null,
      handle: () => jsonReply(webhooks.state()),
    },
    {
      method: "PUT",
      path: "/_sandbox/payment-webhooks",
      about: 'How webhooks go wrong: { "lose"?: 0..1, "double"?: 0..1, "delaySeconds"?, "disorder"?: boolean }',
      auth: null,
      handle: ({ body }) => {
        webhooks.setSwitches(parseInput(webhookSwitches, body, "the body"));
        return jsonReply(webhooks.state());
      },
    },
    {
      method: "PUT",
      path: "/_sandbox/payment-webhooks/stripe",
      about: 'Where Stripe\'s events go, and what signs them: { "url", "secret" }; null for nowhere',
      auth: null,
      handle: ({ body }) => {
        state.setStripeEndpoint(parseInput(endpointBody, body, "the body"));
        return jsonReply(webhooks.state());
      },
    },
    {
      method: "PUT",
      path: PAYMENT,
      about:
        'Makes a payment what it need not become by itself: { "status"?, "unheardWord"?, "method"?, "failureReason"?, "units"? }',
      auth: null,
      handle: ({ params, body }) => {
        const [provider, payment] = find(params);
        const { status, units, ...rest } = parseInput(paymentChange, body, "the body");
        const { unheardWord, ...details } = rest;
        Object.assign(payment, given({ ...details, units }));
        if (status !== undefined) provider.become(payment, status, nowMs(), true);
        if (unheardWord !== undefined) payment.unheardWord = unheardWord;
        return jsonReply(toView(payment));
      },
    },
    {
      method: "PUT",
      path: `${PAYMENT}/refunds/:refund`,
      about: 'Gives a refund its next word: { "status": queued|pending|processing|refunded|failed|canceled }',
      auth: null,
      handle: ({ params, body }) => {
        const [provider, payment] = find(params);
        const refund = orNone(
          payment.refunds.find(({ id }) => id === params["refund"]),
          "refund",
        );
        provider.setRefund(payment, refund, parseInput(refundChange, body, "the body").status, nowMs());
        return jsonReply(toView(payment));
      },
    },
    {
      method: "POST",
      path: `${PAYMENT}/disputes`,
      about: 'The shopper has the money fetched back: { "reason"? }',
      auth: null,
      handle: ({ params, body }) => {
        const [provider, payment] = find(params);
        const { reason } = parseInput(newDispute, body ?? {}, "the body");
        const { id } = provider.dispute(payment, { units: payment.units, reason }, nowMs());
        return jsonReply({ id });
      },
    },
    {
      method: "PUT",
      path: `${PAYMENT}/disputes/:dispute`,
      about: 'Ends a dispute: { "status": reversed|lost }, reversed for the shop',
      auth: null,
      handle: ({ params, body }) => {
        const [provider, payment] = find(params);
        const dispute = orNone(
          payment.disputes.find(({ id }) => id === params["dispute"]),
          "dispute",
        );
        provider.setDispute(payment, dispute, parseInput(disputeChange, body, "the body").status, nowMs());
        return jsonReply(toView(payment));
      },
    },
  ];
}

const providersOf = ({ mollie, stripe }: PaymentsState) => ({ mollie: mollie.provider, stripe: stripe.provider });

function orNone<Found>(found: Found | undefined, what: string): Found {
  if (found !== undefined) return found;
  throw new HttpError(404, { code: `NO_SUCH_${what.toUpperCase()}`, message: `the payment has no such ${what}` });
}

const toView = ({ id, mode, status, units, currency, metadata, method, refunds, disputes }: PlayedPayment) => ({
  id,
  mode,
  status,
  units: units.toString(),
  currency,
  metadata,
  method,
  refunds: refunds.map((refund) => ({ id: refund.id, status: refund.status, units: refund.units.toString() })),
  disputes: disputes.map((dispute) => ({ id: dispute.id, status: dispute.status })),
});
