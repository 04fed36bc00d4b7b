import type { QueueBackend, QueueBackendOptions } from "./backend.ts";

/**
 * The one place that chooses a queue backend: Redis where there is a URL, BullMQ's PostgreSQL backend otherwise.
 * @throws {QueueUnreachable} when it does not answer
 * @throws {UnsafeRedis} in production, when Redis may evict keys
 */
export async function openQueueBackend(
  databases: { readonly redisUrl: string | null; readonly databaseUrl: string },
  options: QueueBackendOptions,
): Promise<QueueBackend> {
  // Loaded only here: BullMQ and its driver are most of what the parts of the engine would load, and many need no queue.
  if (databases.redisUrl === null) {
    const { openPostgresBackend } = await import("./postgres-backend.ts");
    return openPostgresBackend(databases.databaseUrl, options);
  }
  const { openRedisBackend } = await import("./redis-backend.ts");
  return openRedisBackend(databases.redisUrl, options);
}
