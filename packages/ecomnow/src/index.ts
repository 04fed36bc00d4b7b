export { createEcomnowGateways, type EcomnowGateways } from "./gateways/create-gateways.ts";
export { ecomnowRetentionSettings, toEcomnowRetention } from "./retention.ts";
export { ecomnowSettings, type EcomnowSettings } from "./settings.ts";
export { ecomnowHandlers } from "./tasks.ts";
