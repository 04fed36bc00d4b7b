import { readSettings } from "@drumline/core/config";
import { createCarrierGateway } from "@drumline/outbound/carriers";
import { createMailer } from "@drumline/outbound/mail";

import { createShopGateways, type ShopGateways } from "../src/gateways/create-gateways.ts";
import { shopSettings, type ShopSettings } from "../src/settings.ts";

/** The shop's outside, as the sandbox plays it: Mollie, the carriers that sell labels, and SES. */
export function sandboxGateways(url: string): ShopGateways<ShopSettings> {
  const settings = readSettings(shopSettings, {
    MOLLIE_API_URL: `${url}/mollie`,
    STRIPE_SECRET_KEY: "none",
    CARRIER_URL: url,
    SHOP_URL: "https://mail.shop.example",
  });
  const mailer = createMailer({
    region: "eu-west-1",
    credentials: null,
    endpoint: `${url}/aws/ses`,
    from: "The shop <shop@example.com>",
    mailsPerSecond: 1_000,
    unsubscribeUrl: null,
  });
  return createShopGateways(settings, { mailer });
}

/** The carriers alone, of which nothing is asked twice by itself. */
export const sandboxCarriers = (url: string) =>
  createCarrierGateway(
    { accessOf: (user) => ({ url, user, password: "key" }), maxConcurrent: 50, perSecond: 100_000 },
    { wait: async () => {}, timeoutMs: 2_000 },
  );
