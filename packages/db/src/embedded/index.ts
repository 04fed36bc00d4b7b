export { EmbeddedStoreFailed, StoreInUse, UnsupportedPlatform } from "./errors.ts";
export { startEmbeddedPostgres, type EmbeddedPostgresOptions, type EmbeddedStore } from "./postgres.ts";
