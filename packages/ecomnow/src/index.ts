export type { EcomnowContext, EcomnowGateways } from "./context.ts";
export { createEcomnowGateways } from "./gateways.ts";
export { ecomnowHandlers } from "./handlers.ts";
export { ecomnowSettings, type EcomnowSettings } from "./settings.ts";
