export { applyTransitions } from "./apply-transitions.ts";
export { followOrders } from "./follow-orders.ts";
export { lockOrders } from "./lock-standings.sql.ts";
export type { CancellationPlanStatus, OrderState, PlanState } from "./order-rules.ts";
export type { PackageState } from "./package-rules.ts";
export type { ShipmentStatus } from "./shipment-rules.ts";
export {
  type AppliedTransition,
  type RefusedTransition,
  type StateChange,
  type TransitionOutcome,
  transitionRules,
} from "./state-change.ts";
export type { TransferState } from "./transfer-rules.ts";
