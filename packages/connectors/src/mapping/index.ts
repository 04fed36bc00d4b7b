export { BadMapping, MappingRunnerFailed, RecordNotMapped } from "./mapping-errors.ts";
export { guardMapping, type MappingGuard } from "./mapping-guard.ts";
export {
  createMappingRunner,
  type MappedRecord,
  type Mapping,
  type MappingLimits,
  type MappingRunner,
  mappingSettings,
} from "./mapping-runner.ts";
