import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { testDatabase, type TestDatabase } from "@drumline/testing";
import { PrismaPg } from "@prisma/adapter-pg";
import type { MigrationList, SchemaEngine } from "@prisma/schema-engine-wasm/schema_engine_bg";
import { Pool } from "pg";
import { openSchemaEngine } from "../schema-diff/schema-engine.ts";
import { loadMigrations, migrationsFolder } from "./migration-folder.ts";
import { migrate } from "./migrate.ts";

/** The engine behind `prisma migrate deploy` and `prisma migrate status`, on the same folders. */
let engine: SchemaEngine;
let pool: Pool;
let test: TestDatabase;
let migrationsList: MigrationList;
let names: string[];
const filters = { externalTables: [], externalEnums: [] };

/** The engine waits for its lock with a timer of 10 s that it never clears; that must not keep jest waiting too. */
const setTimer = globalThis.setTimeout;
beforeAll(() => {
  globalThis.setTimeout = ((callback: () => void, ms: number) => setTimer(callback, ms).unref()) as typeof setTimeout;
});
afterAll(() => {
  globalThis.setTimeout = setTimer;
});

beforeEach(async () => {
  test = await testDatabase({ isBlank: true });
  // Prisma holds its lock as long as its connection, and ours waits for that.
  pool = new Pool({ connectionString: test.url, idleTimeoutMillis: 100 });
  engine = await openSchemaEngine(runWholeScripts(new PrismaPg(pool)));
  const migrations = await loadMigrations();
  names = migrations.map(({ name }) => name);
  migrationsList = {
    baseDir: migrationsFolder,
    lockfile: {
      path: "migration_lock.toml",
      content: await readFile(join(migrationsFolder, "migration_lock.toml"), "utf8"),
    },
    shadowDbInitScript: "",
    migrationDirectories: migrations.map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: "migration.sql", content: { tag: "ok", value: sql } },
    })),
  };
});
afterEach(async () => {
  engine.free();
  await pool.end();
  await test.close();
});

/** The adapter cuts a script at every semicolon, those of comments too; Prisma's command line does not. */
function runWholeScripts(factory: PrismaPg): PrismaPg {
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = await connect();
    adapter.executeScript = async (script) => void (await pool.query(script));
    return adapter;
  };
  return factory;
}

describe("Prisma Migrate on the same database", () => {
  it("finds nothing left to do, and nothing wrong, after our runner", async () => {
    await migrate(test.url);
    expect(
      await engine.diagnoseMigrationHistory({ migrationsList, optInToShadowDatabase: false, filters }),
    ).toMatchObject({
      editedMigrationNames: [],
      failedMigrationNames: [],
      hasMigrationsTable: true,
      history: null,
    });
    expect(await engine.applyMigrations({ migrationsList, filters })).toEqual({ appliedMigrationNames: [] });
  });

  it("leaves nothing to do for our runner", async () => {
    expect(await engine.applyMigrations({ migrationsList, filters })).toEqual({ appliedMigrationNames: names });
    expect(await migrate(test.url)).toEqual([]);
  });
});
