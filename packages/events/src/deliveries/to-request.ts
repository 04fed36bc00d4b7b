import { signStandardWebhook, signWhisperer, type WebhookRequest } from "../webhooks/index.ts";
import type { ClaimedDelivery, Subscription } from "./delivery.ts";

/**
 * The request of an attempt: the Whisperer's body, and both sets of signature headers over its exact bytes. `sentAt` is
 * real time even where the run's clock is moved: the signature's timestamp proves freshness to a receiver with a real
 * clock. The subscription's own headers cannot replace ours. Throws `InvalidWebhookSecret`.
 */
export function toRequest(subscription: Subscription, delivery: ClaimedDelivery, sentAt: Date): WebhookRequest {
  const { targetUrl, secrets, headers } = subscription;
  const event = JSON.stringify({ type: delivery.eventType, uuid: delivery.eventId });
  const body = `{"event":${event},"payload":${delivery.payload}}`;
  const message = { id: delivery.eventId, timestamp: sentAt, body };
  return {
    url: targetUrl,
    headers: {
      ...withLowerCaseNames(headers),
      "content-type": "application/json",
      "user-agent": "drumline-whisperer/1",
      ...(secrets.length === 0 ? { "webhook-id": message.id } : signStandardWebhook(message, secrets)),
      ...signWhisperer(delivery.eventType, body, secrets[0] ?? null),
    },
    body,
  };
}

const withLowerCaseNames = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers)
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .filter(([name]) => !RESERVED_HEADERS.has(name)),
  );

/** What belongs to the connection or to us. */
export const RESERVED_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "content-type",
  "expect",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "user-agent",
  "webhook-id",
  "webhook-signature",
  "webhook-timestamp",
  "x-whisperer-event",
  "x-whisperer-signature",
]);
