import type { HandlersFor } from "@drumline/core/task";
import type { Database } from "@drumline/db";
import type { integrationTasks } from "@drumline/tasks";

import { runRoute } from "./exporting/run-route.ts";
import type { IntegrationGateways } from "./gateways/create-gateways.ts";
import { runIncoming } from "./importing/run-incoming.ts";
import { pruneTasks } from "./tasks/prune-tasks.ts";
import { repairStuckTasks } from "./tasks/repair-stuck-tasks.ts";

/** The integration's work, by wire name. */
export const integrationHandlers = {
  "integration.tasks.run_incoming": runIncoming,
  "integration.tasks.run_route": runRoute,
  "integration.tasks.repair_stuck_tasks": repairStuckTasks,
  "integration.tasks.prune_tasks": pruneTasks,
} satisfies HandlersFor<typeof integrationTasks, IntegrationGateways, Database>;
