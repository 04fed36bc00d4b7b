export { orderUpdatesRoute } from "./order-updates.ts";
export { toOmnitronOrder } from "./order-wire.ts";
export { stockLocationsRoute } from "./stock-locations.ts";
