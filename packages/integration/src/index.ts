export { createIntegrationGateways, type IntegrationGateways } from "./gateways/create-gateways.ts";
export { createWebhookConsumer, type StartTask } from "./importing/take-webhooks.ts";
export { integrationSettings, type IntegrationSettings } from "./settings.ts";
export { integrationHandlers } from "./tasks.ts";
