export { nextPauseMs, retryScheduleSchema, type RetrySchedule } from "./retry-schedule.ts";
export {
  InvalidWebhookSecret,
  InvalidWebhookTimestamp,
  parseWebhookSecret,
  signStandardWebhook,
  UnverifiedWebhook,
  verifyStandardWebhook,
  type StandardWebhookHeaders,
  type WebhookMessage,
} from "./standard-webhook.ts";
export { openSubscription, resealSubscription, sealSubscription } from "./sealed-subscription.ts";
export {
  createWebhookClient,
  parseTarget,
  type WebhookAnswer,
  type WebhookClient,
  type WebhookClientOptions,
  type WebhookRequest,
} from "./webhook-client.ts";
export { isWhispererSignature, signWhisperer, type WhispererHeaders } from "./whisperer-signature.ts";
