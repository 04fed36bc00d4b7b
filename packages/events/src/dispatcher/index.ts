export { someEventWaits } from "./dispatch-events.sql.ts";
export { createDispatcher, type Dispatcher, wakeAfterRuns } from "./dispatcher.ts";
export { triggerEventQueueEvents } from "./trigger-event-queue-events.ts";
