import { randomUUID } from "node:crypto";
import type { Client } from "pg";
import { checksumOf, type Migration } from "./migration-folder.ts";
import type { MigrationRecord } from "./plan-migrations.ts";

/** Prisma Migrate's own lock, so that `prisma migrate deploy` and our runner exclude each other. */
const MIGRATE_LOCK = 72_707_369;

/** Held by the connection until it ends, so a killed process cannot leave it behind. */
export async function takeMigrateLock(client: Client): Promise<void> {
  await client.query("SELECT pg_advisory_lock($1)", [MIGRATE_LOCK]);
}

/** The table exactly as Prisma Migrate makes it. */
export async function createRecords(client: Client): Promise<void> {
  const { rows } = await client.query("SELECT to_regclass('_prisma_migrations') AS found");
  if (rows[0].found !== null) return;
  await client.query(`CREATE TABLE _prisma_migrations (
    id                  VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum            VARCHAR(64) NOT NULL,
    finished_at         TIMESTAMPTZ,
    migration_name      VARCHAR(255) NOT NULL,
    logs                TEXT,
    rolled_back_at      TIMESTAMPTZ,
    started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
  )`);
}

export async function loadRecords(client: Client): Promise<MigrationRecord[]> {
  const { rows } = await client.query<MigrationRecord>(`
    SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished,
           rolled_back_at IS NOT NULL AS "rolledBack", logs
      FROM _prisma_migrations
     ORDER BY started_at, migration_name`);
  return rows;
}

export interface MigrationScript {
  readonly text: string;
  /** Where the file's own SQL begins in the text; positions in an error are counted from the text's start. */
  readonly sqlOffset: number;
}

/**
 * The record and the SQL as one simple query, which PostgreSQL runs as one transaction: a failed or killed
 * migration leaves neither behind. A file that commits by itself takes the unfinished record with it, so the
 * next run sees that it was half applied.
 */
export function toScript({ name, sql }: Migration): MigrationScript {
  const id = randomUUID();
  const before = `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at)
    VALUES ('${id}', '${checksumOf(sql)}', '${name.replaceAll("'", "''")}', clock_timestamp());\n`;
  const after = `\n;UPDATE _prisma_migrations SET finished_at = clock_timestamp(), applied_steps_count = 1 WHERE id = '${id}'`;
  return { text: before + sql + after, sqlOffset: before.length };
}
