export { createDispatcher, type Dispatcher, wakeAfterRuns } from "./dispatcher.ts";
export { triggerEventQueueEvents } from "./trigger-event-queue-events.ts";
export { undeliveredEventScanner } from "../deliveries/undelivered-event-scanner.ts";
