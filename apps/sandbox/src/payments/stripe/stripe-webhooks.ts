import { createHmac, randomBytes } from "node:crypto";

import { HOUR_MS, MINUTE_MS } from "@drumline/core/clock";

import type { Change } from "../played-provider.ts";
import type { WebhookCall } from "../webhook-sender.ts";
import { toDispute, toIntent, toRefund } from "./stripe-wire.ts";

/** Where the account's events go, and what signs them. */
export interface StripeEndpoint {
  readonly url: string;
  readonly secret: string;
}

/** In test mode there are three more tries. */
const RETRY_GAPS_MS = [10 * MINUTE_MS, HOUR_MS, 3 * HOUR_MS];

const PAYMENT_TYPES = {
  open: "created",
  pending: "processing",
  authorized: "amount_capturable_updated",
  paid: "succeeded",
  failed: "payment_failed",
  canceled: "canceled",
  expired: "canceled",
} as const;

/** A signed event with the whole object as it is at this moment. */
export function createStripeCall(change: Change, { url, secret }: StripeEndpoint): WebhookCall {
  const body = JSON.stringify({
    id: `evt_${randomBytes(12).toString("hex")}`,
    object: "event",
    api_version: "2024-06-20",
    created: Math.floor(change.atMs / 1_000),
    data: { object: toObject(change) },
    livemode: change.payment.mode === "live",
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type: typeOf(change),
  });
  return {
    url,
    body,
    headersAt: (nowMs) => ({
      "content-type": "application/json; charset=utf-8",
      "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
      "stripe-signature": sign(body, secret, Math.floor(nowMs / 1_000)),
    }),
    retryGapsMs: RETRY_GAPS_MS,
  };
}

function sign(body: string, secret: string, seconds: number): string {
  return `t=${seconds},v1=${createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex")}`;
}

function typeOf(change: Change): string {
  if (change.kind === "payment") return `payment_intent.${PAYMENT_TYPES[change.payment.status]}`;
  if (change.kind === "refund") return change.refund.status === "failed" ? "refund.failed" : "refund.updated";
  return change.dispute.status === "received" ? "charge.dispute.created" : "charge.dispute.closed";
}

function toObject(change: Change): object {
  if (change.kind === "payment") return toIntent(change.payment, "https://checkout.example");
  if (change.kind === "refund") return toRefund(change.payment, change.refund);
  return toDispute(change.payment, change.dispute);
}
