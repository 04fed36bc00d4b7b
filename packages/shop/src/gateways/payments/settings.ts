import {
  integer,
  notTheSandbox,
  optionalText,
  type Setting,
  text,
  toggle,
  url,
  type ValuesOf,
} from "@drumline/core/config";

const NOT_USED = "none";

/** Words between commas; empty for none. */
const listOfSecrets = (key: string, about: string): Setting<readonly string[]> => ({
  key,
  about,
  fallback: "",
  secret: true,
  parse: (raw) =>
    raw
      .split(",")
      .map((secret) => secret.trim())
      .filter((secret) => secret !== ""),
});

const secretKey = (key: string, fallback: string, about: string): Setting<string | null> =>
  notTheSandbox({
    ...text(key, { fallback, about: `${about} \`${NOT_USED}\`: no payments are made or asked for there.` }),
    secret: true,
    parse: (raw) => (raw === NOT_USED ? null : raw),
  });

/** Env keys of payment providers. The fallbacks fit the sandbox of `npm start`. */
export const paymentSettings = {
  mollieApiUrl: notTheSandbox(
    url("MOLLIE_API_URL", ["http", "https"], {
      fallback: "http://127.0.0.1:4010/mollie",
      about: "Where Mollie is (/v2/payments is added); the fallback is the sandbox.",
      example: "https://api.mollie.com",
    }),
  ),
  mollieApiKey: secretKey(
    "MOLLIE_API_KEY",
    "test_sandbox-token",
    "Key for Mollie: live_… or test_…, whose payments are worlds apart.",
  ),
  mollieWebhookSecrets: listOfSecrets(
    "MOLLIE_WEBHOOK_SECRETS",
    "Signing secrets of Mollie's next-generation webhooks, comma-separated while they rotate. The classic ones have none.",
  ),
  stripeApiUrl: notTheSandbox(
    url("STRIPE_API_URL", ["http", "https"], {
      fallback: "http://127.0.0.1:4010/stripe",
      about: "Where Stripe is (/v1/payment_intents is added); the fallback is the sandbox.",
      example: "https://api.stripe.com",
    }),
  ),
  stripeSecretKey: secretKey(
    "STRIPE_SECRET_KEY",
    "sk_test_sandbox-token",
    "Key for Stripe: sk_live_… or sk_test_…, whose payments are worlds apart.",
  ),
  stripeWebhookSecrets: listOfSecrets(
    "STRIPE_WEBHOOK_SECRETS",
    "Signing secrets of Stripe's webhook endpoint (whsec_…), comma-separated while they rotate.",
  ),
  stripeRedirectMethod: optionalText("STRIPE_REDIRECT_METHOD", {
    about:
      "Method of payments that are confirmed at once, so that Stripe has a page to send the shopper to. Empty: the shop's own " +
      "page confirms them.",
    example: "ideal",
  }),
  adyenHmacKeys: listOfSecrets(
    "ADYEN_HMAC_KEYS",
    "Keys of Adyen's webhook, in hex, comma-separated while they rotate. Empty: Adyen is not in use.",
  ),
  adyenManualCapture: toggle("ADYEN_MANUAL_CAPTURE", {
    fallback: false,
    about: "Whether the Adyen account takes money by a call of its own, so that an authorisation is no payment yet.",
  }),
  paymentConcurrency: integer("PAYMENT_CONCURRENCY", {
    fallback: 20,
    min: 1,
    max: 500,
    about: "Requests one worker may have open at one payment provider.",
  }),
  paymentLongestSilenceSeconds: integer("PAYMENT_LONGEST_SILENCE_SECONDS", {
    fallback: 3_600,
    min: 1,
    max: 86_400,
    about: "However long a payment provider asks to be left alone (Retry-After), it is asked again after this.",
  }),
} as const;

/** The values of `paymentSettings`. */
export type PaymentSettings = ValuesOf<typeof paymentSettings>;
