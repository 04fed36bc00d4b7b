import { messageOf } from "@drumline/core/errors";
import { silentLog, type Log } from "@drumline/core/log";
import { DatabaseError, type Client } from "pg";
import { connectToServer } from "../connect-to-server.ts";
import { sqlStateOf } from "../data-errors.ts";
import { FailedMigration, WrongSchema } from "./errors.ts";
import { loadMigrations, migrationsFolder, type Migration } from "./migration-folder.ts";
import { planMigrations } from "./plan-migrations.ts";
import { createRecords, loadRecords, takeMigrateLock, toScript } from "./prisma-migrations.sql.ts";

/** An ALTER TABLE that waits for a long transaction keeps everybody waiting who comes after it: sooner it fails. */
const LOCK_MS = 30_000;
const LOCK_NOT_AVAILABLE = "55P03";

/**
 * Brings a database to the schema of this checkout and returns the names of the migrations it applied.
 * Safe to call from any number of processes at once: one does the work, the others wait and find it done.
 * @throws UnreachableDatabase, WrongSchema, FailedMigration, HalfAppliedMigration, ChangedMigration, UnknownMigration
 */
export async function migrate(databaseUrl: string, log: Log = silentLog, folder = migrationsFolder): Promise<string[]> {
  const migrations = await loadMigrations(folder);
  const client = await connectToServer(databaseUrl, "drumline migrate");
  try {
    await requirePublicSchema(client);
    await takeMigrateLock(client);
    await createRecords(client);
    const pending = planMigrations(migrations, await loadRecords(client));
    await client.query(`SET lock_timeout = ${LOCK_MS}`);
    for (const migration of pending) {
      await apply(client, migration);
      log.info({ migration: migration.name }, "migration applied");
    }
    return pending.map((migration) => migration.name);
  } finally {
    await client.end();
  }
}

/** Half of our code names no schema, the other half `public`: anywhere else the tables would be found by one of them only. */
async function requirePublicSchema(client: Client): Promise<void> {
  const { rows } = await client.query<{ schema: string | null }>("SELECT current_schema() AS schema");
  if (rows[0]!.schema !== "public") throw new WrongSchema(rows[0]!.schema);
}

async function apply(client: Client, migration: Migration): Promise<void> {
  const script = toScript(migration);
  try {
    await client.query(script.text);
  } catch (error) {
    const place = error instanceof DatabaseError ? lineOf(error, migration.sql, script.sqlOffset) : "";
    const why = sqlStateOf(error) === LOCK_NOT_AVAILABLE ? `; ${LOCKED}` : "";
    throw new FailedMigration(migration.name, messageOf(error) + place + why, error);
  }
}

const LOCKED = `a transaction held a table for more than ${LOCK_MS / 1_000} s, pg_stat_activity shows which; end it, or wait for it, and try again`;

function lineOf(error: DatabaseError, sql: string, sqlOffset: number): string {
  const position = Number(error.position) - sqlOffset;
  return position > 0 ? ` (line ${sql.slice(0, position).split("\n").length} of migration.sql)` : "";
}
