import type { TaskContext } from "@drumline/core/task";
import type { Database } from "@drumline/db";

import type { DataGateways } from "./data-gateways.ts";
import type { UserAuditGateways } from "./user-audit/gateways.ts";

/** The outside of eComNow, a room for each of its areas. */
export interface EcomnowGateways {
  readonly userAudit: UserAuditGateways;
  readonly data: DataGateways;
}

export type EcomnowContext<Args> = TaskContext<Args, EcomnowGateways, Database>;
