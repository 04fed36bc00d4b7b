export { createSecretBox, type SecretBox, secretSettings, UnusableSecret } from "@drumline/outbound/secrets";

export { rotateWebhookSecrets } from "./rotate-webhook-secrets.sql.ts";
export {
  type NewSubscription,
  newSubscriptionSchema,
  SubscriptionExists,
  TooManySubscriptions,
} from "./subscription.ts";
export {
  findSubscription,
  loadSubscriptions,
  subscribeToEvents,
  SubscriptionChanged,
  type SubscriptionOwner,
  type SubscriptionView,
  unsubscribe,
} from "./subscriptions.sql.ts";
export { endSubscriptionsOf, setSubscriptionsEnd } from "./token-subscriptions.sql.ts";
export { wantsType } from "./wants-type.sql.ts";
