import { DrumlineError } from "@drumline/core/errors";

/** A migration's SQL was refused. Nothing of it stays in the database unless the file commits by itself. */
export class FailedMigration extends DrumlineError {
  readonly migration: string;

  constructor(migration: string, problem: string, cause: unknown) {
    super(
      `migration ${migration} failed: ${problem}. It was rolled back and later ones were not tried; ` +
        `correct prisma/migrations/${migration}/migration.sql (or the data it stumbled over) and run npm run db:migrate again`,
      { code: "MIGRATION_FAILED", cause },
    );
    this.migration = migration;
  }
}

/** Tables would be made where only half of our code looks for them. */
export class WrongSchema extends DrumlineError {
  constructor(schema: string | null) {
    super(
      `new tables would be made in ${schema === null ? "no schema at all" : `the schema ${schema}`}, expected public: ` +
        "take search_path out of DATABASE_URL and the role, see that the schema public exists, and give Drumline a database of its own",
      { code: "WRONG_SCHEMA" },
    );
  }
}

/** An earlier run recorded the start of a migration, but never its end: part of it may be in the database. */
export class HalfAppliedMigration extends DrumlineError {
  readonly migration: string;

  constructor(migration: string, logs: string | null) {
    super(
      `migration ${migration} was begun earlier and never finished${logs ? ` (${logs.trim()})` : ""}: ` +
        "compare its SQL with the database, undo what is there of it, then run " +
        `UPDATE _prisma_migrations SET rolled_back_at = now() WHERE migration_name = '${migration}' AND finished_at IS NULL; ` +
        "and npm run db:migrate again",
      { code: "MIGRATION_HALF_APPLIED" },
    );
    this.migration = migration;
  }
}

export class ChangedMigration extends DrumlineError {
  readonly migrations: readonly string[];

  constructor(migrations: readonly string[]) {
    super(
      `${migrations.join(", ")}: migration.sql differs from what was applied to this database. ` +
        "An applied migration is history: restore the file from git and put the change into a new one with npm run db:new -- <name>",
      { code: "MIGRATION_CHANGED" },
    );
    this.migrations = migrations;
  }
}

/** The database holds migrations this checkout does not know: it was migrated by newer code. */
export class UnknownMigration extends DrumlineError {
  readonly migrations: readonly string[];

  constructor(migrations: readonly string[]) {
    super(
      `the database holds migrations this code does not have: ${migrations.join(", ")}. ` +
        "It was migrated by a newer version or another branch: run that code, or connect to another database",
      { code: "MIGRATION_UNKNOWN" },
    );
    this.migrations = migrations;
  }
}

export class UnreadableMigrations extends DrumlineError {
  constructor(folder: string, problem: string, cause?: unknown) {
    super(`cannot read the migrations in ${folder}: ${problem}`, { code: "MIGRATIONS_UNREADABLE", cause });
  }
}
