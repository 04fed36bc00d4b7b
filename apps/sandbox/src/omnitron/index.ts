export { cancellationRoutes } from "./cancellation-plans.ts";
export { type CancellationBook, openCancellationBook } from "./cancellations.ts";
export { openStatusBook, type StatusBook } from "./order-statuses.ts";
export { orderUpdatesRoute } from "./order-updates.ts";
export { toOmnitronOrder } from "./order-wire.ts";
export { stockLocationsRoute } from "./stock-locations.ts";
