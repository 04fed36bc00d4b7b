export { saveEvents, type OutboxEvent } from "./save-events.ts";
