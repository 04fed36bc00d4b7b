export { createIntegrationGateways, type IntegrationGateways } from "./gateways/create-gateways.ts";
export { integrationSettings, type IntegrationSettings } from "./settings.ts";
export { integrationHandlers } from "./tasks.ts";
