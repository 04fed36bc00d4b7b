export { someDeliveryIsDue } from "./claim-deliveries.sql.ts";
export { closeReplayed } from "./delivery-problems.sql.ts";
export { deliverDue } from "./deliver-due.ts";
export { type ReplayOutcome, replayDelivery } from "./replay-delivery.sql.ts";
export { type EventFigures, hasEvents, hasUndeliveredEvents, loadEventFigures } from "./event-figures.sql.ts";
export type { DeliveryContext, DeliveryGateways } from "./delivery.ts";
export { deliverySettings, type DeliverySettings } from "./settings.ts";
export { undeliveredEventScanner } from "./undelivered-event-scanner.ts";
