// Applies prisma/migrations to DATABASE_URL, or to the embedded server where none is set: npm run db:migrate
import { parseEnv } from "node:util";
import { loadEnvFile, readSettings, databaseSettings } from "@drumline/core/config";
import { messageOf } from "@drumline/core/errors";
import { createLog, toPrintable } from "@drumline/core/log";
import { migrate } from "@drumline/db/migrate";
import { findRunningDatabases } from "@drumline/db/running-databases";
import { startEmbeddedPostgres } from "@drumline/standalone/embedded";

const DATA_DIR = ".data";

const log = createLog({ level: "warn", process: "db:migrate" });

try {
  loadEnvFile(process.env, (text) => parseEnv(text) as Record<string, string>);
  const { databaseUrl } = readSettings({ databaseUrl: databaseSettings.databaseUrl }, process.env);
  const url = databaseUrl ?? findRunningDatabases(DATA_DIR)?.databaseUrl;
  const applied = url ? await migrate(url, log) : await migrateEmbedded();
  console.log(applied.length === 0 ? "The database is up to date." : `Applied ${applied.join(", ")}.`);
} catch (error) {
  console.error(toPrintable(messageOf(error)));
  process.exitCode = 1;
}

async function migrateEmbedded(): Promise<string[]> {
  const server = await startEmbeddedPostgres({ dataDir: DATA_DIR, log });
  try {
    return await migrate(server.url, log);
  } finally {
    await server.stop();
  }
}
