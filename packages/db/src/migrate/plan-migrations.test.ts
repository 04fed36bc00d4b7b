import { describe, expect, it } from "@jest/globals";
import { ChangedMigration, HalfAppliedMigration, UnknownMigration } from "./errors.ts";
import { checksumOf, type Migration } from "./migration-folder.ts";
import { planMigrations, type MigrationRecord } from "./plan-migrations.ts";

const first: Migration = { name: "20260101000000_first", sql: "CREATE TABLE a ();\n" };
const second: Migration = { name: "20260201000000_second", sql: "CREATE TABLE b ();\n" };

function recordOf({ name, sql }: Migration, changes: Partial<MigrationRecord> = {}): MigrationRecord {
  return { name, checksum: checksumOf(sql), finished: true, rolledBack: false, logs: null, ...changes };
}

describe("planMigrations", () => {
  it("applies everything to an empty database, in the order of names", () => {
    expect(planMigrations([first, second], [])).toEqual([first, second]);
  });

  it("applies what is missing, an older one that came with a merge included", () => {
    expect(planMigrations([first, second], [recordOf(second)])).toEqual([first]);
  });

  it("has nothing to do the second time", () => {
    expect(planMigrations([first, second], [recordOf(first), recordOf(second)])).toEqual([]);
  });

  it("does not take other line ends for a change", () => {
    const onWindows = { ...first, sql: first.sql.replaceAll("\n", "\r\n") };
    expect(planMigrations([onWindows], [recordOf(first)])).toEqual([]);
    expect(planMigrations([first], [recordOf(onWindows)])).toEqual([]);
  });

  it("tries again what was rolled back by hand", () => {
    const rolledBack = recordOf(first, { finished: false, rolledBack: true });
    expect(planMigrations([first], [rolledBack])).toEqual([first]);
    expect(planMigrations([first], [rolledBack, recordOf(first)])).toEqual([]);
  });

  it("names every applied migration that was changed afterwards", () => {
    const changed = () =>
      planMigrations([{ ...first, sql: "DROP TABLE a;" }, second], [recordOf(first), recordOf(second)]);
    expect(changed).toThrow(ChangedMigration);
    expect(changed).toThrow(/20260101000000_first: migration.sql differs.*db:new/);
  });

  it("names the migrations of a newer version", () => {
    const newer = () => planMigrations([first], [recordOf(first), recordOf(second)]);
    expect(newer).toThrow(UnknownMigration);
    expect(newer).toThrow(/does not have: 20260201000000_second/);
  });

  it("stops at a migration that was begun and never finished, and shows what it said and how to go on", () => {
    const half = () => planMigrations([first], [recordOf(first, { finished: false, logs: "disk full" })]);
    expect(half).toThrow(HalfAppliedMigration);
    expect(half).toThrow(/disk full.*UPDATE _prisma_migrations SET rolled_back_at/);
  });
});
