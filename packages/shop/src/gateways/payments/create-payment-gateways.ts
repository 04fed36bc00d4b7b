import { SECOND_MS } from "@drumline/core/clock";
import type { HttpClientOptions } from "@drumline/outbound/http";

import { createAdyenGateway } from "./adyen/adyen-gateway.ts";
import { createMollieGateway } from "./mollie/mollie-gateway.ts";
import type { PaymentGateway } from "./port.ts";
import type { PaymentSettings } from "./settings.ts";
import { createStripeGateway } from "./stripe/stripe-gateway.ts";

/** Every provider that is in use, by the name that stands in `shop_payment.provider`. Connects to nothing until asked. */
export function createPaymentGateways(
  settings: PaymentSettings,
  http: Partial<HttpClientOptions> = {},
): ReadonlyMap<string, PaymentGateway> {
  const limits = {
    maxConcurrent: settings.paymentConcurrency,
    longestSilenceMs: settings.paymentLongestSilenceSeconds * SECOND_MS,
    ...http,
  };
  const gateways: PaymentGateway[] = [];
  const { mollieApiUrl, mollieApiKey, mollieWebhookSecrets } = settings;
  if (mollieApiKey !== null)
    gateways.push(
      createMollieGateway({ url: mollieApiUrl, apiKey: mollieApiKey, webhookSecrets: mollieWebhookSecrets }, limits),
    );
  if (settings.stripeSecretKey !== null)
    gateways.push(
      createStripeGateway(
        {
          url: settings.stripeApiUrl,
          secretKey: settings.stripeSecretKey,
          webhookSecrets: settings.stripeWebhookSecrets,
          redirectMethod: settings.stripeRedirectMethod,
        },
        limits,
      ),
    );
  if (settings.adyenHmacKeys.length > 0)
    gateways.push(
      createAdyenGateway({ hmacKeys: settings.adyenHmacKeys, isManualCapture: settings.adyenManualCapture }),
    );
  return new Map(gateways.map((gateway) => [gateway.provider, gateway]));
}
