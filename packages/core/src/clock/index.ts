export { backoffAfter, type Backoff } from "./backoff.ts";
export { clockStartingAt, manualClock, systemClock, type Clock, type ManualClock } from "./clock.ts";
export { DAY_MS, durationInWords, HOUR_MS, MINUTE_MS, SECOND_MS } from "./units.ts";
export { isStorableInstant } from "./storable-instant.ts";
