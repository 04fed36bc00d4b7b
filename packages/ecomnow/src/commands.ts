export { type DroppedRecord, dropRecord } from "./clients/incoming/waiting-problems.sql.ts";
export { resumeFlow } from "./clients/paused-flow.sql.ts";
export { type Choice, chooseActions } from "./user-audit/choose-actions.ts";
export { confirmCycle, CycleChanged } from "./user-audit/findings/cycle.sql.ts";
export {
  type ConfirmationOutcome,
  type ConfirmedDecision,
  confirmDecisions,
  isConfirmed,
  loadDeciders,
} from "./user-audit/confirm-decisions.ts";
export { CHOICE_OUTCOMES, type ChoiceOutcome } from "./user-audit/plan-choice.ts";
export { settleMailByHand } from "./user-audit/settle-mail.ts";
export {
  clients,
  ConfigurationChanged,
  ConfigurationExists,
  ConfigurationInUse,
  type ConfigurationRules,
  type ConfiguredRow,
  createConfigurationRules,
  endpoints,
  findMapping,
  RefusedConfiguration,
  removeMapping,
  requireReadable,
  type Resource,
  saveMapping,
  vendors,
  watchedApis,
} from "./configuration/index.ts";
export { privateHostSettings, secondPersonSettings } from "./settings.ts";
export { createMappingRunner, type MappingRunner } from "@drumline/connectors/mapping";
