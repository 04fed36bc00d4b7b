import { HOUR_MS, MINUTE_MS } from "@drumline/core/clock";

import type { Change } from "../played-provider.ts";
import type { WebhookCall } from "../webhook-sender.ts";

/** Ten calls in all, over 26 hours. */
const RETRY_GAPS_MS = [
  ...[1, 3, 7, 15, 31].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 4, 26].map((hours) => hours * HOUR_MS),
];

const TOLD_STATUSES = new Set(["authorized", "paid", "failed", "canceled", "expired"]);
const TOLD_REFUNDS = new Set(["processing", "refunded", "failed"]);

/** The classic webhook: the payment's id and nothing else, whatever happened to it. Null where Mollie says nothing. */
export function createMollieCall(change: Change): WebhookCall | null {
  const { payment } = change;
  const isTold =
    change.kind === "payment"
      ? TOLD_STATUSES.has(payment.status)
      : change.kind === "refund"
        ? TOLD_REFUNDS.has(change.refund.status)
        : true;
  if (payment.webhookUrl === null || !isTold) return null;
  return {
    url: payment.webhookUrl,
    body: `id=${payment.id}`,
    headersAt: () => ({
      "content-type": "application/x-www-form-urlencoded",
      "user-agent": "Mollie HTTP client/1.0",
    }),
    retryGapsMs: RETRY_GAPS_MS,
  };
}
