export { deleteOldWebhookRequestRecords } from "./delete-old-webhook-request-records.ts";
export { findSourceByToken, type ReceivingSource } from "./find-source.sql.ts";
export { type HandOnGateways, handOnWebhooks } from "./hand-on-webhooks.ts";
export {
  loadWebhookRequest,
  loadWebhookRequests,
  WEBHOOK_REQUEST_STATUSES,
  type WebhookRequestView,
} from "./load-webhooks.sql.ts";
export { inboxSettings, type InboxSettings } from "./settings.ts";
export { receiveHook } from "./receive-hook.ts";
export { type IncomingWebhook, receiveWebhook, type Reception, UnstorableWebhook } from "./receive-webhook.ts";
export { replayWebhook, type WebhookReplay } from "./replay-webhook.sql.ts";
export { type SilentSource, type StoredWebhook, type WebhookConsumer, WebhookNotTaken } from "./webhook-consumer.ts";
export { someRequestIsOlder } from "./webhook-request.sql.ts";
