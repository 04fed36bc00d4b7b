import { choice, integer, optionalUrl, text } from "./kinds.ts";

/** Keys every process of ours that touches a store reads. */
export const storeSettings = {
  environment: choice("NODE_ENV", ["development", "production", "test"], {
    fallback: "development",
    about: "In production, unsafe settings (an evicting Redis, for example) stop the process instead of warning.",
  }),
  databaseUrl: optionalUrl("DATABASE_URL", ["postgres", "postgresql"], {
    about: "PostgreSQL 15 or newer. Empty: the embedded server that `npm start` runs under .data/.",
    example: "postgresql://drumline:secret@localhost:5432/drumline",
  }),
  databasePoolSize: integer("DATABASE_POOL_SIZE", {
    fallback: 10,
    min: 2,
    max: 200,
    about: "Connections one process may hold to PostgreSQL.",
  }),
  redisUrl: optionalUrl("REDIS_URL", ["redis", "rediss"], {
    about:
      "Redis 6.2 or newer, or Valkey, with maxmemory-policy noeviction and AOF on. Empty: the one that `npm start` runs, or BullMQ's PostgreSQL backend.",
    example: "redis://localhost:6379",
  }),
  queuePrefix: text("QUEUE_PREFIX", {
    fallback: "drumline",
    about: "First part of every Redis key; use {drumline} on Redis Cluster.",
  }),
  logLevel: choice("LOG_LEVEL", ["debug", "info", "warn", "error", "silent"], {
    fallback: "info",
    about: "The least severe log line that is written.",
  }),
} as const;
