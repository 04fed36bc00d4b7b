export { openPool, type PoolOptions } from "./open-pool.ts";
export {
  DatabaseNotWritable,
  LOCK_LIMIT_ALONE,
  NO_LIMITS,
  prepareSession,
  requireWritable,
  type SessionLimits,
  type Writability,
  WRITABILITY,
} from "./session.ts";
export { SteadyClient } from "./steady-client.ts";
