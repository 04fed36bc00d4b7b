import { createAddressGuard } from "@drumline/outbound/http";
import type { SecretBox } from "@drumline/outbound/secrets";

import type { ConfigurationRules } from "./resource.ts";

export { clients } from "./clients.ts";
export { endpoints } from "./endpoints.ts";
export { findMapping, removeMapping, requireReadable, saveMapping } from "./mappings.ts";
export {
  ConfigurationChanged,
  ConfigurationExists,
  ConfigurationInUse,
  type ConfigurationRules,
  type ConfiguredRow,
  RefusedConfiguration,
  type Resource,
} from "./resource.ts";
export { vendors } from "./vendors.ts";
export { watchedApis } from "./watched-apis.ts";

/** `privateHosts`: ECOMNOW_PRIVATE_HOSTS, as the worker has it. */
export const createConfigurationRules = (box: SecretBox, privateHosts: readonly string[]): ConfigurationRules => ({
  box,
  guard: createAddressGuard({
    allowed: privateHosts,
    cure: "If it is meant, name its host and port in ECOMNOW_PRIVATE_HOSTS of api and workers.",
  }),
});
