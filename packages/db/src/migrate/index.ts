export {
  ChangedMigration,
  FailedMigration,
  HalfAppliedMigration,
  UnknownMigration,
  UnreadableMigrations,
} from "./errors.ts";
export { migrate } from "./migrate.ts";
export { migrationsFolder } from "./migration-folder.ts";
