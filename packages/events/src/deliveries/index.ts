export { deliverDue } from "./deliver-due.ts";
export { type DeliveryContext, partsOf } from "./delivery-parts.ts";
export { type ReplayOutcome, replayDelivery } from "./replay-delivery.sql.ts";
export type { DeliveryTuning } from "./delivery.ts";
export { deliverySettings } from "./settings.ts";
