export { openPool, type PoolOptions } from "./open-pool.ts";
export {
  DatabaseNotWritable,
  NO_LIMITS,
  prepareSession,
  requireWritable,
  type SessionLimits,
  type Writability,
  WRITABILITY,
} from "./session.ts";
export { SteadyClient } from "./steady-client.ts";
