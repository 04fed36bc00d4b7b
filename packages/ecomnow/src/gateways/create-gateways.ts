import type { MappingRunner } from "@drumline/connectors/mapping";
import type { Env } from "@drumline/core/config";

import type { EcomnowGateways } from "./context.ts";
import { createDataGateways } from "./data-gateways.ts";
import type { EcomnowSettings } from "./settings.ts";
import { createUserAuditGateways } from "./user-audit/gateways.ts";

/** eComNow's outside. Connects to nothing until a handler asks. `env` is for secrets that tables name by env key. */
export function createEcomnowGateways(settings: EcomnowSettings, env: Env, mappings: MappingRunner): EcomnowGateways {
  return { userAudit: createUserAuditGateways(settings), data: createDataGateways(settings, env, mappings) };
}
