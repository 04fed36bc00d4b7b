import type { JsonObject, JsonValue } from "@drumline/core/task";
import { parseJson, UnreadableJson } from "@drumline/core/text";

import {
  InvalidWebhookSecret,
  parseWebhookSecret,
  UnverifiedWebhook,
  verifyStandardWebhook,
} from "../webhooks/index.ts";
import { verifyAdyen } from "./adyen-signature.ts";
import { isSignedBy } from "./is-signed-by.ts";
import { verifyStripe } from "./stripe-signature.ts";

/** How a sender shows that a webhook is its own. NONE: by knowing the address. */
export const WEBHOOK_SCHEMES = [
  "NONE",
  "STANDARD_WEBHOOKS",
  "SHOPIFY",
  "WOOCOMMERCE",
  "GITHUB",
  "STRIPE",
  "MOLLIE",
  "ADYEN",
] as const;
export type WebhookScheme = (typeof WEBHOOK_SCHEMES)[number];

/** A request as it came: names of headers in lower case, and the bytes nobody has read yet. */
export interface SignedRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

interface Scheme {
  /** Throws `UnverifiedWebhook`. Compares in constant time, with every secret. */
  readonly verify: (request: SignedRequest, secrets: readonly string[], now: Date) => void;
  /** The sender's id of the delivery, the same each time it is sent; null where there is none. */
  readonly idOf: (request: SignedRequest) => string | null;
  readonly topicOf: (request: SignedRequest) => string | null;
  /** What is wrong with a text as a secret; null where nothing is. */
  readonly problemOfSecret: (secret: string) => string | null;
}

type HeaderSignature = { readonly header: string; readonly encoding: "hex" | "base64"; readonly mark?: string };

/** Signed by HMAC-SHA256 of the bytes, in one header; several signatures are separated by commas. */
const ofBytes =
  ({ header, encoding, mark = "" }: HeaderSignature): Scheme["verify"] =>
  ({ headers, body }, secrets) => {
    const given = headers[header.toLowerCase()];
    if (given === undefined) throw new UnverifiedWebhook(`it has no ${header}`);
    const signatures = given
      .split(",")
      .map((one) => one.trim())
      .flatMap((one) => (one.startsWith(mark) ? [one.slice(mark.length)] : []));
    if (!isSignedBy(secrets, body, { signatures, encoding }))
      throw new UnverifiedWebhook(`${header} fits none of the secrets`);
  };

const header =
  (...names: readonly string[]) =>
  ({ headers }: SignedRequest): string | null =>
    names.map((name) => headers[name]).find((value) => value !== undefined && value !== "") ?? null;

const none = () => null;

/** Of the event in a body that says itself which one it is. */
const field =
  (name: "id" | "type") =>
  ({ body }: SignedRequest): string | null => {
    const parsed = toJson(body);
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return null;
    const event = parsed as JsonObject;
    const isEvent = event["object"] === "event" || event["resource"] === "event";
    const value = event[name];
    return isEvent && typeof value === "string" && value !== "" ? value : null;
  };

function toJson(body: Buffer): JsonValue {
  try {
    return parseJson(body.toString("utf8"));
  } catch (error) {
    if (error instanceof UnreadableJson) return null;
    throw error;
  }
}

const printable = (secret: string): string | null =>
  /^[\x20-\x7e]{8,500}$/.test(secret) ? null : "expected 8 to 500 printable characters";

const STANDARD_HEADERS = ["webhook-id", "webhook-timestamp", "webhook-signature"];

/** Svix, of whom the standard comes, still uses its own names. */
function withStandardNames(headers: SignedRequest["headers"]): SignedRequest["headers"] {
  if (headers["webhook-id"] !== undefined) return headers;
  return Object.fromEntries(STANDARD_HEADERS.map((name) => [name, headers[name.replace("webhook-", "svix-")]]));
}

const standardSecret = (secret: string): string | null => {
  try {
    const { length } = parseWebhookSecret(secret);
    return length >= 16 && length <= 75 ? null : "expected base64 of 16 to 75 bytes, with or without whsec_";
  } catch (error) {
    if (error instanceof InvalidWebhookSecret) return "expected base64, with or without whsec_";
    throw error;
  }
};

/** Where each sender puts its signature, and what it calls a delivery and its kind. */
const SCHEMES: Readonly<Record<WebhookScheme, Scheme>> = {
  NONE: {
    verify: () => undefined,
    idOf: header("webhook-id", "idempotency-key"),
    topicOf: none,
    problemOfSecret: () => "the scheme NONE has no secrets",
  },
  STANDARD_WEBHOOKS: {
    verify: ({ headers, body }, secrets, now) =>
      void verifyStandardWebhook(withStandardNames(headers), body, secrets, now),
    idOf: header("webhook-id", "svix-id"),
    topicOf: none,
    problemOfSecret: standardSecret,
  },
  SHOPIFY: {
    verify: ofBytes({ header: "X-Shopify-Hmac-Sha256", encoding: "base64" }),
    // One event may be told under several topics: what is the same each time is the id of the webhook.
    idOf: header("x-shopify-webhook-id", "x-shopify-event-id"),
    topicOf: header("x-shopify-topic"),
    problemOfSecret: printable,
  },
  WOOCOMMERCE: {
    verify: ofBytes({ header: "X-WC-Webhook-Signature", encoding: "base64" }),
    idOf: header("x-wc-webhook-delivery-id"),
    topicOf: header("x-wc-webhook-topic"),
    problemOfSecret: printable,
  },
  GITHUB: {
    verify: ofBytes({ header: "X-Hub-Signature-256", encoding: "hex", mark: "sha256=" }),
    idOf: header("x-github-delivery"),
    topicOf: header("x-github-event"),
    problemOfSecret: printable,
  },
  STRIPE: {
    verify: ({ headers, body }, secrets, now) => verifyStripe(headers["stripe-signature"], body, secrets, now),
    idOf: field("id"),
    topicOf: field("type"),
    problemOfSecret: printable,
  },
  MOLLIE: {
    verify: ofBytes({ header: "X-Mollie-Signature", encoding: "hex", mark: "sha256=" }),
    idOf: field("id"),
    topicOf: field("type"),
    problemOfSecret: printable,
  },
  ADYEN: {
    verify: ({ headers, body }, secrets) =>
      verifyAdyen(
        headers,
        body,
        secrets.map((secret) => Buffer.from(secret, "hex")),
      ),
    idOf: none,
    topicOf: none,
    problemOfSecret: (secret) => (/^([0-9a-fA-F]{2}){16,64}$/.test(secret) ? null : "expected the key in hex"),
  },
};

/** Throws `UnverifiedWebhook` unless one of the secrets signed these very bytes, lately where the scheme has a time. */
export function verifyWebhook(
  scheme: WebhookScheme,
  request: SignedRequest,
  secrets: readonly string[],
  now: Date,
): void {
  if (scheme !== "NONE" && secrets.length === 0) throw new UnverifiedWebhook("no secret is known to check it with");
  SCHEMES[scheme].verify(request, secrets, now);
}

/** What the sender calls this delivery and what it is about; null where it does not say. */
export const readSendersWords = (scheme: WebhookScheme, request: SignedRequest) => ({
  eventId: SCHEMES[scheme].idOf(request),
  topic: SCHEMES[scheme].topicOf(request),
});

/** What is wrong with a text as a secret of the scheme; null where nothing is. */
export const problemOfSecret = (scheme: WebhookScheme, secret: string): string | null =>
  SCHEMES[scheme].problemOfSecret(secret);
