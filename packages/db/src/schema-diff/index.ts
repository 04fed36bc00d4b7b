export { diffSchemas } from "./diff-schemas.ts";
export {
  loadSchema,
  loadSnapshot,
  saveSnapshot,
  schemaFolder,
  SNAPSHOT_FILE,
  type SchemaFiles,
} from "./schema-files.ts";
