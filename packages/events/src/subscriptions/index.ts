export { type NewSubscription, newSubscriptionSchema, SubscriptionExists } from "./subscription.ts";
export { findSubscription, subscribeToEvents, type SubscriptionView, unsubscribe } from "./subscriptions.sql.ts";
