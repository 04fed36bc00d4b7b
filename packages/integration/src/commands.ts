export { incomingBody, outgoingBody, routeBody, transformerBody } from "./configurations/bodies.ts";
export {
  ConfigurationChanged,
  ConfigurationInUse,
  ConfigurationRefused,
  NoSuchConfiguration,
} from "./configurations/errors.ts";
export {
  deleteConfiguration,
  saveIncoming,
  saveOutgoing,
  saveRoute,
  saveTransformer,
  type Seen,
} from "./configurations/save-configurations.ts";
export { createTransformerTester, requireReadable, type TransformerTest } from "./configurations/test-transformer.ts";
export { createConfigurationGuard } from "./gateways/create-gateways.ts";
export { privateHostSettings } from "./settings.ts";
export { changeTasks, TASK_ACTIONS } from "./tasks/change-tasks.sql.ts";
