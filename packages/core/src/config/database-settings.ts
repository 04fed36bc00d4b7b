import { toSentinelOptions } from "../queue/sentinel-url.ts";
import { choice, integer, optionalUrl, text } from "./kinds.ts";
import type { Setting } from "./settings.ts";

const databaseUrl = optionalUrl("DATABASE_URL", ["postgres", "postgresql"], {
  about: "PostgreSQL 15 or newer. Empty: the embedded server that `npm start` runs under .data/.",
  example: "postgresql://drumline:secret@localhost:5432/drumline",
});

const redisUrl = optionalUrl("REDIS_URL", ["redis", "rediss"], {
  about:
    "Redis 6.2 or newer, or Valkey, with maxmemory-policy noeviction and AOF on; rediss:// is TLS, and behind Sentinel redis://:password@mymaster?sentinels=host:26379,host:26379. Empty: the one that `npm start` runs, or BullMQ's PostgreSQL backend.",
  example: "redis://localhost:6379",
});

/** Keys every process of ours that reaches a database reads. */
export const databaseSettings = {
  environment: choice("NODE_ENV", ["development", "production", "test"], {
    fallback: "development",
    about: "In production, unsafe settings (an evicting Redis, for example) stop the process instead of warning.",
  }),
  databaseUrl: { ...databaseUrl, parse: parseDatabaseUrl } as Setting<string | null>,
  databasePoolSize: integer("DATABASE_POOL_SIZE", {
    fallback: 10,
    min: 2,
    max: 200,
    about: "Connections one process may hold to PostgreSQL.",
  }),
  idleTransactionSeconds: integer("DATABASE_IDLE_TRANSACTION_SECONDS", {
    fallback: 60,
    min: 0,
    max: 86_400,
    about:
      "Seconds after which PostgreSQL ends a transaction in which nothing is asked (its process is frozen) and frees its locks; 0: never.",
  }),
  lockSeconds: integer("DATABASE_LOCK_SECONDS", {
    fallback: 30,
    min: 0,
    max: 86_400,
    about:
      "Seconds one statement waits for a lock that another transaction holds before PostgreSQL ends it, to be tried again; 0: as long as the statement may take.",
  }),
  redisUrl: { ...redisUrl, parse: parseRedisUrl } as Setting<string | null>,
  queuePrefix: text("QUEUE_PREFIX", {
    fallback: "drumline",
    about: "First part of every Redis key; use {drumline} on Redis Cluster.",
  }),
  logLevel: choice("LOG_LEVEL", ["debug", "info", "warn", "error", "silent"], {
    fallback: "info",
    about: "The least severe log line that is written.",
  }),
} as const;

/** How long one statement of a kind of process may take: short where a person waits, long where a batch is written. */
export function statementSeconds(process: "API" | "BEAT" | "CLI" | "WORKER", fallback: number): Setting<number> {
  return integer(`${process}_STATEMENT_SECONDS`, {
    fallback,
    min: 0,
    max: 86_400,
    about:
      "Seconds after which PostgreSQL ends one statement of this process; 0: never. A limit of the role, the database or DATABASE_URL wins; behind a pooler only that one is there.",
  });
}

/** As drivers agree on it: a space of the password, for one, is encoded here and not by each in its own way. */
function parseDatabaseUrl(raw: string): string {
  const url = new URL(databaseUrl.parse(raw)!);
  // Prisma's own word for a schema, which nothing here reads: silently, the tables would be made in another one.
  if (url.searchParams.has("schema"))
    throw new Error("expected no ?schema=: Drumline's tables are in the schema public of a database of its own");
  return url.href;
}

function parseRedisUrl(raw: string): string {
  const url = redisUrl.parse(raw)!;
  toSentinelOptions(url);
  return url;
}
