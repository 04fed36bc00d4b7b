import type { DatabaseConfig } from "@drumline/engine";

/** The databases a bench's parent started, as its children find them. */
export function benchDatabaseConfig(): DatabaseConfig {
  return {
    environment: "development",
    databaseUrl: process.env["DATABASE_URL"] ?? null,
    databasePoolSize: 10,
    redisUrl: process.env["REDIS_URL"] ?? null,
    queuePrefix: "bench",
  };
}
