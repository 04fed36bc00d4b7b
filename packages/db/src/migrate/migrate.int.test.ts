import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { testDatabase, type TestDatabase } from "@drumline/testing";
import { UnreachableDatabase } from "../connect-to-server.ts";
import { ChangedMigration, FailedMigration, HalfAppliedMigration, UnreadableMigrations } from "./errors.ts";
import { loadMigrations } from "./migration-folder.ts";
import { migrate } from "./migrate.ts";

let test: TestDatabase;
let folder: string;

beforeEach(async () => {
  test = await testDatabase({ isBlank: true });
  folder = await mkdtemp(join(tmpdir(), "drumline-migrations-"));
});
afterEach(async () => {
  await test.close();
  await rm(folder, { recursive: true });
});

async function write(name: string, sql: string): Promise<void> {
  await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, name, "migration.sql"), sql);
}

async function tables(): Promise<string[]> {
  const rows = await test.db.$queryRaw<{ name: string }[]>`
    SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations' ORDER BY 1`;
  return rows.map((row) => row.name);
}

const run = () => migrate(test.url, undefined, folder);

describe("migrate", () => {
  it("applies the project's own migrations and does nothing the second time", async () => {
    const names = (await loadMigrations()).map((migration) => migration.name);
    expect(await migrate(test.url)).toEqual(names);
    expect(await migrate(test.url)).toEqual([]);
    expect(await tables()).toEqual(expect.arrayContaining(["event_queue", "orders", "run", "schedule"]));
  });

  it("records each one as Prisma Migrate does", async () => {
    await write("20260101000000_first", "CREATE TABLE a ();\n");
    await run();
    const records = await test.db.$queryRaw`
      SELECT length(id) AS id_length, checksum, migration_name, logs, rolled_back_at, applied_steps_count,
             finished_at >= started_at AS is_finished
        FROM _prisma_migrations`;
    expect(records).toEqual([
      {
        id_length: 36,
        // sha256sum of the file.
        checksum: "1938d2212d96906efc5cae2baf4ed879f77572b701d5d14d9b6aa87e23515e55",
        migration_name: "20260101000000_first",
        logs: null,
        rolled_back_at: null,
        applied_steps_count: 1,
        is_finished: true,
      },
    ]);
  });

  it("lets one of ten processes that start at once do the work", async () => {
    await write("20260101000000_first", "CREATE TABLE a (); SELECT pg_sleep(0.1);");
    await write("20260201000000_second", "CREATE TABLE b ();");
    const applied = await Promise.all(Array.from({ length: 10 }, run));
    expect(applied.flat()).toEqual(["20260101000000_first", "20260201000000_second"]);
  });

  it("leaves nothing of a migration that fails, and goes on when it is mended", async () => {
    await write("20260101000000_first", "CREATE TABLE a ();");
    await write("20260201000000_second", "CREATE TABLE b ();\n\nALTER TABLE nowhere ADD c int;");
    const failed = run();
    await expect(failed).rejects.toThrow(FailedMigration);
    await expect(failed).rejects.toThrow(/20260201000000_second failed: .*"nowhere" does not exist.*db:migrate again/);
    expect(await tables()).toEqual(["a"]);

    await write("20260201000000_second", "CREATE TABLE b ();");
    expect(await run()).toEqual(["20260201000000_second"]);
  });

  it("names the line of a typing slip", async () => {
    await write("20260101000000_first", "CREATE TABLE a ();\n\nCREATE TABEL b ();");
    await expect(run()).rejects.toThrow(/syntax error at or near "TABEL" \(line 3 of migration.sql\)/);
  });

  it("leaves nothing of a migration whose process is killed", async () => {
    await write("20260101000000_first", "CREATE TABLE a (); SELECT pg_sleep(60);");
    const killed = expect(run()).rejects.toThrow(FailedMigration);
    const cut = async (): Promise<void> => {
      const ended = await test.db.$executeRaw`
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'drumline migrate' AND wait_event = 'PgSleep'`;
      if (ended === 0) await cut();
    };
    await cut();
    await killed;
    await write("20260101000000_first", "CREATE TABLE a ();");
    expect(await run()).toEqual(["20260101000000_first"]);
  });

  it("sees that a file which commits by itself was applied in half", async () => {
    await write("20260101000000_first", "CREATE TABLE a (); COMMIT; CREATE TABLE a ();");
    await expect(run()).rejects.toThrow(FailedMigration);
    await expect(run()).rejects.toThrow(HalfAppliedMigration);
  });

  it("refuses a migration that was changed after it was applied", async () => {
    await write("20260101000000_first", "CREATE TABLE a ();");
    await run();
    await write("20260101000000_first", "CREATE TABLE a (id int);");
    await expect(run()).rejects.toThrow(ChangedMigration);
  });

  it("says which folder has no migrations in it", async () => {
    await mkdir(join(folder, "20260101000000_empty"));
    await expect(run()).rejects.toThrow(UnreadableMigrations);
    await expect(migrate(test.url, undefined, join(folder, "nowhere"))).rejects.toThrow(/nowhere/);
  });

  it("says where nobody answers, without the password", async () => {
    const failed = migrate("postgresql://drumline:secret@127.0.0.1:1/drumline", undefined, folder);
    await expect(failed).rejects.toThrow(UnreachableDatabase);
    await expect(failed).rejects.toThrow(/at postgresql:\/\/127.0.0.1:1\/drumline: .*ECONNREFUSED.*DATABASE_URL/);
  });
});
