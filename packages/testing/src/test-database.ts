import { randomBytes } from "node:crypto";
import { SteadyClient } from "@drumline/core/postgres";
import { openDatabase, type Database } from "@drumline/db";
import { databaseUrl } from "./databases/template-database.ts";
import { readTestDatabases } from "./databases/test-databases.ts";

export interface TestDatabase {
  readonly db: Database;
  readonly url: string;
  /** Drops it, whoever is still connected. */
  close(): Promise<void>;
}

export interface TestDatabaseOptions {
  readonly maxConnections?: number;
  /** Without a single table, for those who migrate it themselves. */
  readonly isBlank?: boolean;
  /** Another than the server's own; a blank one only. */
  readonly encoding?: string;
}

/** A migrated database of its own, without a single row. */
export async function testDatabase({
  isBlank = false,
  encoding,
  ...options
}: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const { serverUrl, template, runId } = readTestDatabases();
  const name = `${runId}_${randomBytes(6).toString("hex")}`;
  const as = encoding === undefined ? "" : ` ENCODING '${encoding}' LC_COLLATE 'C' LC_CTYPE 'C'`;
  await onServer(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${isBlank ? "template0" : template}${as}`);
  const url = databaseUrl(serverUrl, name);
  const db = openDatabase(url, { applicationName: "drumline test", ...options });
  const close = async () => {
    await db.$disconnect();
    await onServer(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  };
  return { db, url, close };
}

async function onServer(serverUrl: string, sql: string): Promise<void> {
  const client = new SteadyClient({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
