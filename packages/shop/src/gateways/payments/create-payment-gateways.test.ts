import { readSettings } from "@drumline/core/config";
import { describe, expect, it } from "@jest/globals";

import { createPaymentGateways } from "./create-payment-gateways.ts";
import { paymentSettings } from "./settings.ts";

const providersOf = (env: Record<string, string>) => [
  ...createPaymentGateways(readSettings(paymentSettings, env)).keys(),
];

describe("payment providers", () => {
  it("are Mollie and Stripe of the sandbox where nothing is set", () => {
    expect(providersOf({})).toEqual(["mollie", "stripe"]);
  });

  it("are those whose key is not none, and Adyen where it has keys to check with", () => {
    expect(providersOf({ STRIPE_SECRET_KEY: "none" })).toEqual(["mollie"]);
    expect(providersOf({ MOLLIE_API_KEY: "none", ADYEN_HMAC_KEYS: "00ff, 11ee" })).toEqual(["stripe", "adyen"]);
  });

  it("may have several secrets while they rotate", () => {
    const { mollieWebhookSecrets } = readSettings(paymentSettings, { MOLLIE_WEBHOOK_SECRETS: "new, old," });
    expect(mollieWebhookSecrets).toEqual(["new", "old"]);
  });
});
