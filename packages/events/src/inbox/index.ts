export { deleteOldWebhookRequestRecords } from "./delete-old-webhook-request-records.ts";
export { inboxSettings, type InboxSettings } from "./settings.ts";
export { type IncomingWebhook, receiveWebhook, type Reception, UnstorableWebhook } from "./receive-webhook.ts";
export { someRequestIsOlder } from "./webhook-request.sql.ts";
