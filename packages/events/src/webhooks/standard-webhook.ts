import { createHmac, timingSafeEqual } from "node:crypto";

import { MINUTE_MS, SECOND_MS } from "@drumline/core/clock";
import { DrumlineError } from "@drumline/core/errors";

/** A message as its three headers and the exact bytes of its body. */
export interface WebhookMessage {
  /** The same for every attempt: what a receiver dedupes on. */
  readonly id: string;
  /** Of this attempt. */
  readonly timestamp: Date;
  readonly body: string;
}

/** The headers Standard Webhooks asks for, in lower case. */
export interface StandardWebhookHeaders {
  readonly "webhook-id": string;
  readonly "webhook-timestamp": string;
  readonly "webhook-signature": string;
}

/** A secret that is not `whsec_` and base64: nothing can be signed with it. */
export class InvalidWebhookSecret extends DrumlineError {
  constructor() {
    super(
      "a webhook secret is not usable; expected whsec_ followed by base64 of 24 to 64 random bytes, " +
        "such as the output of: echo whsec_$(openssl rand -base64 32)",
      { code: "INVALID_WEBHOOK_SECRET" },
    );
  }
}

/** The instant to be signed lies before 1970. */
export class InvalidWebhookTimestamp extends DrumlineError {
  constructor() {
    super("a webhook can only be signed at an instant after 1970", { code: "INVALID_WEBHOOK_TIMESTAMP" });
  }
}

/** Why a webhook was not believed. Never says what the right signature would have been. */
export class UnverifiedWebhook extends DrumlineError {
  readonly problem: string;

  constructor(problem: string) {
    super(`the webhook is not verified: ${problem}`, { code: "UNVERIFIED_WEBHOOK" });
    this.problem = problem;
  }
}

/**
 * Headers of Standard Webhooks 1.0.0 (github.com/standard-webhooks, spec/standard-webhooks.md). Several secrets, newest
 * first, give several signatures: while a receiver changes over, it finds the one it knows.
 * Throws `InvalidWebhookSecret` or `InvalidWebhookTimestamp`.
 */
export function signStandardWebhook(message: WebhookMessage, secrets: readonly string[]): StandardWebhookHeaders {
  const seconds = Math.floor(message.timestamp.getTime() / SECOND_MS);
  if (!Number.isSafeInteger(seconds) || seconds < 0) throw new InvalidWebhookTimestamp();
  if (secrets.length === 0) throw new InvalidWebhookSecret();
  return {
    "webhook-id": message.id,
    "webhook-timestamp": String(seconds),
    "webhook-signature": secrets
      .map((secret) => `v1,${signatureOf(secret, message.id, String(seconds), message.body).toString("base64")}`)
      .join(" "),
  };
}

const TOLERANCE_MS = 5 * MINUTE_MS;

/** The message, believed. Throws `UnverifiedWebhook`, and `InvalidWebhookSecret` for a secret of ours that is unusable. */
export function verifyStandardWebhook<Body extends string | Uint8Array>(
  headers: Readonly<Record<string, string | undefined>>,
  body: Body,
  secrets: readonly string[],
  now: Date,
): Omit<WebhookMessage, "body"> & { readonly body: Body } {
  const { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures } = headers;
  if (id === undefined || timestamp === undefined || signatures === undefined)
    throw new UnverifiedWebhook("a header is missing of webhook-id, webhook-timestamp and webhook-signature");
  if (!/^\d{1,12}$/.test(timestamp)) throw new UnverifiedWebhook("webhook-timestamp is not a number of seconds");
  const at = new Date(Number(timestamp) * SECOND_MS);
  // Whole seconds on both sides, as the specification's own libraries compare.
  const ageMs = Math.floor(now.getTime() / SECOND_MS) * SECOND_MS - at.getTime();
  if (Math.abs(ageMs) > TOLERANCE_MS) throw new UnverifiedWebhook("webhook-timestamp is more than 5 minutes off");

  const given = signatures.split(" ").flatMap((part) => (part.startsWith("v1,") ? [part.slice("v1,".length)] : []));
  const expected = secrets.map((secret) => signatureOf(secret, id, timestamp, body));
  const matches = given.some((text) => expected.some((bytes) => isSame(bytes, Buffer.from(text, "base64"))));
  if (!matches) throw new UnverifiedWebhook("no signature matches");
  return { id, timestamp: at, body };
}

/** The key of a secret, with or without `whsec_` and with or without its padding. Throws `InvalidWebhookSecret`. */
export function parseWebhookSecret(secret: string): Buffer {
  const base64 = secret.replace(/^whsec_/, "");
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw new InvalidWebhookSecret();
  return Buffer.from(base64, "base64");
}

function signatureOf(secret: string, id: string, timestamp: string, body: string | Uint8Array): Buffer {
  return createHmac("sha256", parseWebhookSecret(secret)).update(`${id}.${timestamp}.`).update(body).digest();
}

const isSame = (left: Buffer, right: Buffer): boolean => left.length === right.length && timingSafeEqual(left, right);
