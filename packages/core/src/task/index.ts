export { toHelperCount } from "./ask-for-helpers.ts";
export {
  type HandlersFor,
  type RecordProblem,
  type RunIdentity,
  type TaskContext,
  type TaskHandler,
  type TaskResult,
} from "./context.ts";
export {
  defineTask,
  type ArgsOf,
  type DefaultTrigger,
  type ScheduleEntry,
  type TaskDefinition,
  type TaskSpec,
} from "./define-task.ts";
export type { JsonObject, JsonValue } from "./json.ts";
export { Cancel, Snooze } from "./outcome.ts";
export { pauseEnd, type Turn, turnOf } from "./pause-end.ts";
export {
  DEFAULT_POLICIES,
  POLICIES,
  POLICY_NAMES,
  POLICY_SCHEMAS,
  POLICY_VIEW_SCHEMAS,
  policiesInWords,
  policiesOf,
  RUN_POLICY_NAMES,
  toRunPolicies,
  toSchedulePolicies,
  type RunPolicies,
  type SchedulePolicies,
  type TaskPolicies,
} from "./policies.ts";
export { type Batches, shareBacklog, workInBatches } from "./work-in-batches.ts";
