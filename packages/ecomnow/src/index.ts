export type { EcomnowContext, EcomnowGateways } from "./context.ts";
export { createEcomnowGateways } from "./gateways.ts";
export { ecomnowHandlers } from "./handlers.ts";
export { ecomnowRetentionSettings, toEcomnowRetention } from "./retention.ts";
export { ecomnowSettings, type EcomnowSettings } from "./settings.ts";
