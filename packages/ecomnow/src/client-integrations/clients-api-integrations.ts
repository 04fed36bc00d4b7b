import type { TaskResult } from "@drumline/core/task";

import type { EcomnowContext } from "../context.ts";
import { runIntegrations } from "./run-integrations.ts";

/** The clients of the ecomnow_customer_integration tables, but Boxout, which has a task of its own. */
export async function ecomnowClientsApiIntegrations(
  context: EcomnowContext<{ clients?: string[] | undefined }>,
): Promise<TaskResult> {
  return await runIntegrations(context, "eComNowClientsApiIntegrations", context.args.clients ?? null);
}
