import type { EcomnowGateways } from "./context.ts";
import { createDataGateways } from "./data-gateways.ts";
import type { EcomnowSettings } from "./settings.ts";
import { createUserAuditGateways } from "./user-audit/gateways.ts";

/** eComNow's outside. Connects to nothing until a handler asks. */
export function createEcomnowGateways(settings: EcomnowSettings): EcomnowGateways {
  return { userAudit: createUserAuditGateways(settings), data: createDataGateways(settings) };
}
