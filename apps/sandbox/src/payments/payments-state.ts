import { DAY_MS, HOUR_MS, MINUTE_MS } from "@drumline/core/clock";

import { createIdempotencyKeys } from "./idempotency-keys.ts";
import { mollieError } from "./mollie/mollie-routes.ts";
import { createMollieCall } from "./mollie/mollie-webhooks.ts";
import type { PlayedMollie } from "./mollie/mollie-routes.ts";
import type { KeptPayments } from "./payments-file.ts";
import { createPlayedProvider } from "./played-provider.ts";
import { type PlayedStripe, stripeError } from "./stripe/stripe-calls.ts";
import { createStripeCall, type StripeEndpoint } from "./stripe/stripe-webhooks.ts";
import { createWebhookSender, type WebhookSender } from "./webhook-sender.ts";

/** The payment providers, in memory. */
export interface PaymentsState {
  readonly nowMs: () => number;
  readonly webhooks: WebhookSender;
  readonly mollie: PlayedMollie;
  readonly stripe: PlayedStripe;
  /** Null: Stripe's events go nowhere. */
  setStripeEndpoint(endpoint: StripeEndpoint | null): void;
  /** All there are, for a later life of the providers. */
  kept(): KeptPayments;
  restore(payments: KeptPayments): void;
  /** Ends what goes on by itself. */
  close(): void;
}

const TICK_MS = 50;

const MOLLIE_LIVES: ReadonlyMap<string, number> = new Map([
  ["ideal", 15 * MINUTE_MS],
  ["creditcard", 30 * MINUTE_MS],
  ["bancontact", HOUR_MS],
  ["klarna", 2 * DAY_MS],
  ["paypal", 3 * DAY_MS],
  ["banktransfer", 12 * DAY_MS],
]);

export function createPaymentsState({
  seed,
  token,
  nowMs,
}: {
  readonly seed: number;
  /** The part of every API key that is secret. */
  readonly token: string;
  /** The providers' own time. */
  readonly nowMs: () => number;
}): PaymentsState {
  const webhooks = createWebhookSender(seed);
  const mollie = createPlayedProvider(
    {
      paymentPrefix: "tr_",
      refundPrefix: "re_",
      disputePrefix: "chb_",
      lifeMsOf: (method) => MOLLIE_LIVES.get(method ?? "") ?? 15 * MINUTE_MS,
    },
    (change) => {
      const call = createMollieCall(change);
      if (call !== null) webhooks.send(call, change.atMs);
    },
  );
  let stripeEndpoint: StripeEndpoint | null = null;
  const stripe = createPlayedProvider(
    { paymentPrefix: "pi_", refundPrefix: "re_", disputePrefix: "dp_", lifeMsOf: () => null },
    (change) => {
      if (stripeEndpoint !== null) webhooks.send(createStripeCall(change, stripeEndpoint), change.atMs);
    },
  );
  const ticking = setInterval(() => {
    mollie.advance(nowMs());
    stripe.advance(nowMs());
    webhooks.tick(nowMs());
  }, TICK_MS).unref();
  const mollieKeys = createIdempotencyKeys(HOUR_MS, () =>
    mollieError(400, "The idempotency key was already used with another body or for another endpoint"),
  );
  const stripeKeys = createIdempotencyKeys(DAY_MS, (key) =>
    stripeError(400, {
      type: "idempotency_error",
      message: `Keys for idempotent requests can only be used with the same parameters they were first used with (${key})`,
    }),
  );
  return {
    nowMs,
    webhooks,
    stripe: { provider: stripe, keys: stripeKeys, token, nowMs },
    setStripeEndpoint: (endpoint) => void (stripeEndpoint = endpoint),
    kept: () => ({ mollie: mollie.list(null).toReversed(), stripe: stripe.list(null).toReversed() }),
    restore: (known) => {
      mollie.restore(known.mollie);
      stripe.restore(known.stripe);
    },
    mollie: { provider: mollie, keys: mollieKeys, token, nowMs },
    close: () => {
      clearInterval(ticking);
      webhooks.close();
    },
  };
}
