import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DrumlineError } from "@drumline/core/errors";
import { diffSchemas } from "./diff-schemas.ts";
import { loadSnapshot, saveSnapshot, type SchemaFiles } from "./schema-files.ts";

export interface NewMigration {
  /** What it does, in words: `add-shipments` and `add shipments` both make `..._add_shipments`. */
  readonly name: string;
  readonly now: Date;
  readonly folder: string;
  readonly schema: SchemaFiles;
}

export class BadMigrationName extends DrumlineError {
  constructor(name: string) {
    super(
      `"${name}" does not name a migration: use letters, digits and hyphens, as in npm run db:new -- add-shipments`,
      {
        code: "BAD_MIGRATION_NAME",
      },
    );
  }
}

/** Writes the next migration from what the schema says more than the snapshot; null where they say the same. */
export async function writeMigration({ name, now, folder, schema }: NewMigration): Promise<string | null> {
  const words = toWords(name);
  const sql = await diffSchemas(await loadSnapshot(folder), schema);
  if (sql === null) return null;
  const target = join(folder, `${planStamp(now, await lastStamp(folder))}_${words}`);
  await mkdir(target);
  await writeFile(join(target, "migration.sql"), sql);
  await saveSnapshot(folder, schema);
  return join(target, "migration.sql");
}

export function toWords(name: string): string {
  const words = name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, "_");
  if (!/^[a-z0-9][a-z0-9_]*$/.test(words)) throw new BadMigrationName(name);
  return words;
}

/** UTC to the second, and always after the last one: migrations are applied in the order of their names. */
export function planStamp(now: Date, last: string | null): string {
  const stamp = now.toISOString().replaceAll(/\D/g, "").slice(0, 14);
  return last !== null && stamp <= last ? String(BigInt(last) + 1n) : stamp;
}

async function lastStamp(folder: string): Promise<string | null> {
  const stamps = (await readdir(folder))
    .map((entry) => /^(\d{14})_/.exec(entry)?.[1])
    .filter((stamp) => stamp !== undefined);
  return stamps.sort().at(-1) ?? null;
}
