import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { migrate, migrationsFolder } from "@drumline/db/migrate";
import { Client } from "pg";

const TEMPLATE_LOCK = 5_104_711;

const MANIFEST = fileURLToPath(new URL("../../../db/package.json", import.meta.url));

/** Changes with every byte of every migration, and with the server's version. */
export async function migrationsChecksum(): Promise<string> {
  const hash = createHash("sha256").update(await readFile(MANIFEST));
  const entries = await readdir(migrationsFolder, { withFileTypes: true });
  for (const name of entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()) {
    hash.update(name).update(await readFile(join(migrationsFolder, name, "migration.sql")));
  }
  return hash.digest("hex").slice(0, 12);
}

/** The name of a migrated database to clone, made on the first call for these migrations. */
export async function ensureTemplate(serverUrl: string, checksum: string): Promise<string> {
  const template = `drumline_template_${checksum}`;
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query("SELECT pg_advisory_lock($1)", [TEMPLATE_LOCK]);
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [template]);
    if (rowCount === 1) return template;
    // Renamed only when it is whole: a killed run leaves a half-made one under another name.
    const unfinished = `${template}_unfinished`;
    await client.query(`DROP DATABASE IF EXISTS ${unfinished} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${unfinished}`);
    await migrate(databaseUrl(serverUrl, unfinished));
    await client.query(`ALTER DATABASE ${unfinished} RENAME TO ${template}`);
    return template;
  } finally {
    await client.end();
  }
}

const DAY_SECONDS = 24 * 60 * 60;

/** Drops what a run left behind on a server that others use too, and what runs killed a day ago or earlier left. */
export async function dropTestDatabases(serverUrl: string, runId: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `SELECT datname AS name FROM pg_database
        WHERE starts_with(datname, $1)
           OR substring(datname FROM '^drumline_test_([0-9]+)_')::bigint < extract(epoch FROM now()) - $2`,
      [runId, DAY_SECONDS],
    );
    for (const { name } of rows) await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  } finally {
    await client.end();
  }
}

/** The same server, another database. */
export function databaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}
