import {
  createPostgresBackend,
  DEFAULT_SCHEMA,
  type PgPool,
  type Queue as AnyQueue,
  runMigrations,
  withBackend,
} from "bullmq";

import { withoutPassword } from "../errors/index.ts";
import {
  NO_LIMITS,
  openPool,
  prepareSession,
  requireWritable,
  type SessionLimits,
  SteadyClient,
  type Writability,
  WRITABILITY,
} from "../postgres/index.ts";
import { listenAnew } from "./bullmq-internals.ts";
import { MAX_STALLED_COUNT, type QueueBackend, type QueueBackendOptions } from "./backend.ts";
import { QueueUnreachable } from "./connection.ts";

/** BullMQ's own statements are short; one that hangs is tried again. */
const LIMITS: SessionLimits = { statementMs: 30_000, idleInTransactionMs: 30_000, lockMs: 10_000 };
/** What a consumer holds for itself, to be told of new jobs by NOTIFY. */
const LISTENING = 1;

/**
 * BullMQ on PostgreSQL (schema `bullmq`, migrated on first use): for a machine without a Redis.
 * One prefix per database: the tables have no room for two. The queues share one pool, and each consumer has its own:
 * BullMQ's own pools and listening connections would end the process with an error that nobody hears.
 */
export async function openPostgresBackend(url: string, options: QueueBackendOptions): Promise<QueueBackend> {
  const { nextTick, onError, maxConnections = 4 } = options;
  const { Queue, Worker } = withBackend(createPostgresBackend);
  const settings = { repeatStrategy: nextTick };
  const openQueuePool = (max: number, where: string): PgPool =>
    openPool(url, {
      max,
      applicationName: "drumline queue",
      limits: LIMITS,
      schema: DEFAULT_SCHEMA,
      onError: (error) => onError(error, where),
    }) as unknown as PgPool; // BullMQ's own words for a pg.Pool are another type.
  const queues = new Map<string, AnyQueue>();
  const ending: Promise<void>[] = [];

  await prepareDatabase(url);
  const pool = openQueuePool(maxConnections, "postgres");

  const openQueue = (name: string): AnyQueue => {
    const queue = new Queue(name, { connection: pool, settings }) as unknown as AnyQueue;
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
      const own = openQueuePool(maxConnections + LISTENING, `worker ${name}`);
      const worker = new Worker(name, work, {
        connection: own,
        settings,
        concurrency,
        lockDuration: lockMs,
        stalledInterval: lockMs,
        maxStalledCount: MAX_STALLED_COUNT,
        runRetryDelay: 1_000,
      });
      worker.on("error", (error) => onError(error, `worker ${name}`));
      worker.on("error", () => void listenAnew(worker));
      worker.once("closed", () => ending.push(own.end()));
      return worker;
    },
    // LISTEN/NOTIFY wakes its consumers to the millisecond.
    wake: async () => {},
    ping: async () => {
      const { rows } = await pool.query(`SELECT ${WRITABILITY}`);
      requireWritable(rows[0] as Writability);
    },
    close: async () => {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      await Promise.all([pool.end(), ...ending]);
    },
  };
}

/** Makes BullMQ's tables, or finds them made. Throws `QueueUnreachable`. */
async function prepareDatabase(url: string): Promise<void> {
  const client = new SteadyClient({ connectionString: url, application_name: "drumline queue" });
  try {
    await client.connect();
    await prepareSession(client, { limits: NO_LIMITS });
    await runMigrations(client, DEFAULT_SCHEMA);
  } catch (error) {
    throw new QueueUnreachable(withoutPassword(url), error);
  } finally {
    await client.end();
  }
}
