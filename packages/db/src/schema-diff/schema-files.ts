import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { codeOf } from "@drumline/core/errors";
import type { SchemasContainer } from "@prisma/schema-engine-wasm/schema_engine_bg";

export type SchemaFiles = SchemasContainer["files"];

const schemaFolder = fileURLToPath(new URL("../../../../prisma/schema", import.meta.url));

/** Beside the migrations: the schema they add up to, so that the next difference needs no database. */
const SNAPSHOT_FILE = "schema.snapshot.prisma";

export async function loadSchema(folder = schemaFolder): Promise<SchemaFiles> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".prisma")).sort();
  return Promise.all(names.map(async (path) => ({ path, content: await readFile(join(folder, path), "utf8") })));
}

/** The schema at the last migration, or nothing before the first one. */
export async function loadSnapshot(migrationsFolder: string): Promise<SchemaFiles> {
  const path = join(migrationsFolder, SNAPSHOT_FILE);
  try {
    return [{ path: SNAPSHOT_FILE, content: await readFile(path, "utf8") }];
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
}

export async function saveSnapshot(migrationsFolder: string, schema: SchemaFiles): Promise<void> {
  const header = "// Written by `npm run db:new`: the schema the migrations beside this file add up to. Do not edit.";
  const parts = schema.map(({ path, content }) => `// ${path}\n${content.trim()}\n`);
  await writeFile(join(migrationsFolder, SNAPSHOT_FILE), [header, ...parts].join("\n"));
}
