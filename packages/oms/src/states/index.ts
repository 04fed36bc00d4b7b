export { applyTransitions } from "./apply-transitions.ts";
export type { AppliedTransition, RefusedTransition, StateChange, TransitionOutcome } from "./check-changes.ts";
export { toPackageSteps, toTransferSteps } from "./parcel-steps.ts";
export { lockEntities, lockOrders, lockOrdersOf } from "./entity-states.sql.ts";
export { ITEM_STOPS, STOPPED_STATES } from "./derive-order.ts";
export { syncOrderStates } from "./sync-order-states.ts";
export {
  type CancellationPlanStatus,
  type OrderState,
  type PackageState,
  type PlanState,
  type ShipmentStatus,
  type TransferState,
  transitionRules,
} from "./transition-rules.ts";
