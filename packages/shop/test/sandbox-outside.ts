import { readSettings } from "@drumline/core/config";
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

/** Looks into the sandbox, or steers it. */
export async function askSandbox<Answer>(url: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await fetch(`${url}/_sandbox${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json() as Promise<Answer>;
}
