export { diffSchemas } from "./diff-schemas.ts";
export { loadSchema, loadSnapshot } from "./schema-files.ts";
export { writeMigration } from "./write-migration.ts";
