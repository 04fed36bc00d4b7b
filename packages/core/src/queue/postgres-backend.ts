import { createPostgresBackend, withBackend, type Queue as AnyQueue } from "bullmq";
import pg from "pg";

import type { QueueBackend, QueueBackendOptions } from "./backend.ts";
import { QueueUnreachable, withoutPassword } from "./connection.ts";

/**
 * BullMQ on PostgreSQL (schema `bullmq`, migrated on first use): for a machine without a Redis.
 * One prefix per database: the tables have no room for two.
 */
export async function openPostgresBackend(url: string, options: QueueBackendOptions): Promise<QueueBackend> {
  const { nextTick, onError, maxConnections = 4 } = options;
  const { Queue, Worker } = withBackend(createPostgresBackend);
  const connection = { connectionString: url, max: maxConnections, migrate: true };
  const settings = { repeatStrategy: nextTick };
  const queues = new Map<string, AnyQueue>();
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  pool.on("error", (error) => onError(error, "postgres"));

  const ping = async () => {
    await pool.query("SELECT 1");
  };
  try {
    await ping();
  } catch (error) {
    await pool.end();
    throw new QueueUnreachable(withoutPassword(url), error);
  }

  const openQueue = (name: string): AnyQueue => {
    const queue = new Queue(name, { connection, settings }) as unknown as AnyQueue;
    queue.on("error", (error) => onError(error, `queue ${name}`));
    queues.set(name, queue);
    return queue;
  };

  return {
    kind: "postgres",
    address: withoutPassword(url),
    warnings: [],
    queue: (name) => queues.get(name) ?? openQueue(name),
    worker: (name, work, { concurrency, lockMs }) => {
      const worker = new Worker(name, work, {
        connection,
        settings,
        concurrency,
        lockDuration: lockMs,
        stalledInterval: lockMs,
        maxStalledCount: Number.MAX_SAFE_INTEGER,
        runRetryDelay: 1_000,
      });
      worker.on("error", (error) => onError(error, `worker ${name}`));
      return worker;
    },
    // LISTEN/NOTIFY wakes its consumers to the millisecond.
    wake: async () => {},
    ping,
    close: async () => {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      await pool.end();
    },
  };
}
