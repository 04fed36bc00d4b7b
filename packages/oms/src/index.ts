export type { OmsContext, OmsGateways, OmsTuning } from "./context.ts";
export { createOmsGateways } from "./gateways.ts";
export { createCourier, ringAfterRuns, type Courier } from "./whisperer/courier.ts";
export { omsHandlers } from "./handlers.ts";
export { findBrokenInvariants, omsInvariants, type BrokenInvariant } from "./invariants.sql.ts";
export { omsRetentionSettings, toOmsRetention } from "./retention.ts";
export { omsSettings, type OmsSettings } from "./settings.ts";
