export { EmbeddedStoreFailed, StoreInUse, UnsupportedPlatform } from "./errors.ts";
export { startEmbeddedPostgres, type EmbeddedPostgresOptions, type EmbeddedStore } from "./postgres.ts";
export { startEmbeddedRedis, type EmbeddedRedisOptions } from "./redis.ts";
export { canHoldCluster } from "./postgres-place.ts";
export { deleteStores } from "./delete-stores.ts";
