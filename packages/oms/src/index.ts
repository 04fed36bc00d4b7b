export { createOmsGateways, type OmsGateways } from "./gateways/create-gateways.ts";
export { omsHandlers } from "./tasks.ts";
export { findBrokenInvariants, omsInvariants, type BrokenInvariant } from "./invariants.sql.ts";
export { omsRetentionSettings, toOmsRetention } from "./maintenance/retention.ts";
export { omsSettings, type OmsSettings } from "./settings.ts";
