import type { StoreConfig } from "@drumline/engine";

/** The stores a bench's parent started, as its children find them. */
export function benchStoreConfig(): StoreConfig {
  return {
    environment: "development",
    databaseUrl: process.env["DATABASE_URL"] ?? null,
    databasePoolSize: 10,
    redisUrl: process.env["REDIS_URL"] ?? null,
    queuePrefix: "bench",
  };
}
