import type { QueueBackend, QueueBackendOptions } from "./backend.ts";
import { openPostgresBackend } from "./postgres-backend.ts";
import { openRedisBackend } from "./redis-backend.ts";

/**
 * The one place that chooses a queue store: Redis where there is a URL, BullMQ's PostgreSQL backend otherwise.
 * @throws {QueueUnreachable} when the store does not answer
 * @throws {UnsafeRedis} in production, when Redis may evict keys
 */
export async function openQueueBackend(
  stores: { readonly redisUrl: string | null; readonly databaseUrl: string },
  options: QueueBackendOptions,
): Promise<QueueBackend> {
  return stores.redisUrl === null
    ? openPostgresBackend(stores.databaseUrl, options)
    : openRedisBackend(stores.redisUrl, options);
}
