import { ChangedMigration, HalfAppliedMigration, UnknownMigration } from "./errors.ts";
import { matchesChecksum, type Migration } from "./migration-folder.ts";

/** A row of `_prisma_migrations`. */
export interface MigrationRecord {
  readonly name: string;
  readonly checksum: string;
  readonly finished: boolean;
  readonly rolledBack: boolean;
  readonly logs: string | null;
}

/**
 * The migrations still to be applied, in order.
 * @throws HalfAppliedMigration, UnknownMigration or ChangedMigration where going on could lose something.
 */
export function planMigrations(migrations: readonly Migration[], records: readonly MigrationRecord[]): Migration[] {
  const live = records.filter((record) => !record.rolledBack);
  const halfApplied = live.find((record) => !record.finished);
  if (halfApplied) throw new HalfAppliedMigration(halfApplied.name, halfApplied.logs);

  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  const unknown = live.filter((record) => !known.has(record.name));
  if (unknown.length > 0) throw new UnknownMigration(unknown.map((record) => record.name));

  const changed = live.filter((record) => !matchesChecksum(known.get(record.name)!.sql, record.checksum));
  if (changed.length > 0) throw new ChangedMigration(changed.map((record) => record.name));

  const applied = new Set(live.map((record) => record.name));
  return migrations.filter((migration) => !applied.has(migration.name));
}
