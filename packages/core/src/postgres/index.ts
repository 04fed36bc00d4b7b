export { openPool, type PoolOptions } from "./open-pool.ts";
export { NO_LIMITS, prepareSession, type SessionLimits } from "./session.ts";
export { SteadyClient } from "./steady-client.ts";
