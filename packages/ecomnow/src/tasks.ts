import type { HandlersFor } from "@drumline/core/task";
import type { Database } from "@drumline/db";
import type { ecomnowTasks } from "@drumline/tasks";

import type { EcomnowGateways } from "./context.ts";
import { dataHandlers } from "./data-handlers.ts";
import { userAuditHandlers } from "./user-audit/handlers.ts";

/** eComNow's work, by wire name. */
export const ecomnowHandlers = {
  ...dataHandlers,
  ...userAuditHandlers,
} satisfies HandlersFor<typeof ecomnowTasks, EcomnowGateways, Database>;
