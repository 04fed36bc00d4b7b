export { cancellationRoutes, toOmnitronCancellation } from "./cancellation-plans.ts";
export { type Cancellation, type CancellationState, createCancellationState } from "./cancellation-state.ts";
export { createStatusState, type StatusState } from "./order-statuses.ts";
export { orderUpdatesRoute } from "./order-updates.ts";
export { toOmnitronOrder } from "./order-wire.ts";
export { stockLocationsRoute } from "./stock-locations.ts";
