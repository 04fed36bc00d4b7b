export { someEventWaits } from "./dispatch-events.sql.ts";
export { createDispatcher, type Dispatcher, type DispatcherSwitches, wakeAfterRuns } from "./dispatcher.ts";
export { triggerEventQueueEvents } from "./trigger-event-queue-events.ts";
