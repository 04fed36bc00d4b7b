export { type ReceivedWebhooks, createReceivedWebhooks } from "./received-webhooks.ts";
export { hookRoutes } from "./hook-routes.ts";
