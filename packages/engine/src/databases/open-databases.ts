import { messageOf } from "@drumline/core/errors";
import type { Log } from "@drumline/core/log";
import { openQueueBackend, type QueueBackend } from "@drumline/core/queue";
import { type Database, openDatabase } from "@drumline/db";

import { createNextTick } from "../schedules/repeat-options.ts";
import { checkDatabase } from "./check-database.ts";
import { findDatabases } from "./find-databases.ts";
import { findPlainText } from "./plain-text.ts";

/** The database settings of a process, as `databaseSettings` reads them. */
export interface DatabaseConfig {
  readonly environment: "development" | "production" | "test";
  readonly databaseUrl: string | null;
  readonly databasePoolSize: number;
  /** 0, and absent: none. */
  readonly statementSeconds?: number;
  readonly idleTransactionSeconds?: number;
  readonly lockSeconds?: number;
  readonly redisUrl: string | null;
  readonly queuePrefix: string;
}

/** The ledger's database and the queues, open; whoever opened them closes them. */
export interface Databases {
  readonly db: Database;
  readonly backend: QueueBackend;
  close(): Promise<void>;
}

/**
 * Opens the ledger's database and the queues behind it.
 * @throws {MissingDatabases} when no database is named and no embedded one runs here
 * @throws {DatabaseUnreachable | UnfitDatabase | MissingTables} when the database does not answer, is set otherwise than
 *   our code relies on, or was never migrated
 * @throws {QueueUnreachable} when the queue backend does not answer
 * @throws {UnsafeRedis} in production, when Redis may evict keys
 */
export async function openDatabases(
  config: DatabaseConfig,
  { log, process, onNextTick }: { log: Log; process: string; onNextTick?: (dueMs: number) => void },
): Promise<Databases> {
  const urls = findDatabases(config);
  const db = openDatabase(urls.databaseUrl, {
    maxConnections: config.databasePoolSize,
    applicationName: `drumline ${process}`,
    limits: {
      statementMs: (config.statementSeconds ?? 0) * 1_000,
      idleInTransactionMs: (config.idleTransactionSeconds ?? 0) * 1_000,
      lockMs: (config.lockSeconds ?? 0) * 1_000,
    },
  });
  const backend = await openChecked();

  async function openChecked(): Promise<QueueBackend> {
    try {
      await checkDatabase(db, urls.databaseUrl);
      return await openQueueBackend(urls, {
        prefix: config.queuePrefix,
        production: config.environment === "production",
        nextTick: createNextTick(onNextTick),
        onError: createTroubleReporter(log),
      });
    } catch (error) {
      await db.$disconnect();
      throw error;
    }
  }

  for (const warning of backend.warnings) log.warn({ warning }, "queue backend warning");
  for (const warning of findPlainText(urls)) log.warn({ warning }, "connection warning");
  return {
    db,
    backend,
    close: async () => {
      await backend.close();
      await db.$disconnect();
    },
  };
}

const SAY_AGAIN_AFTER_MS = 30_000;

/** A database that is away fails every connection many times a second: one line per half minute and place is enough. */
function createTroubleReporter(log: Log): (error: Error, where: string) => void {
  const saidAtMs = new Map<string, number>();
  return (error, where) => {
    const last = saidAtMs.get(where) ?? Number.NEGATIVE_INFINITY;
    if (performance.now() - last < SAY_AGAIN_AFTER_MS) return;
    saidAtMs.set(where, performance.now());
    log.warn({ where, error: messageOf(error) }, "queue backend trouble; it is tried again until it answers");
  };
}
