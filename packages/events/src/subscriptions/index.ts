export { createSecretBox, type SecretBox, secretSettings, UnusableSecret } from "@drumline/outbound/secrets";

export { rotateWebhookSecrets } from "./rotate-webhook-secrets.sql.ts";
export {
  type NewSubscription,
  newSubscriptionSchema,
  SubscriptionExists,
  TooManySubscriptions,
} from "./subscription.ts";
export { findSubscription, subscribeToEvents, type SubscriptionView, unsubscribe } from "./subscriptions.sql.ts";
export { wantsType } from "./wants-type.sql.ts";
