export { EmbeddedDatabaseFailed, DatabaseInUse, UnsupportedPlatform } from "./errors.ts";
export { startEmbeddedPostgres, type EmbeddedPostgresOptions, type EmbeddedDatabase } from "./postgres.ts";
export { startEmbeddedRedis, type EmbeddedRedisOptions } from "./redis.ts";
export { canHoldCluster } from "./postgres-place.ts";
export { deleteDatabases } from "./delete-databases.ts";
