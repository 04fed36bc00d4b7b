export {
  ChangedMigration,
  FailedMigration,
  HalfAppliedMigration,
  UnknownMigration,
  UnreadableMigrations,
  WrongSchema,
} from "./errors.ts";
export { migrate } from "./migrate.ts";
export { migrationsFolder } from "./migration-folder.ts";
