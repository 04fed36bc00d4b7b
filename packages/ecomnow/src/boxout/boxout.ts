import type { TaskResult } from "@drumline/core/task";

import { runIntegrations } from "../client-integrations/run-integrations.ts";
import type { EcomnowContext } from "../context.ts";

/** Orders in, products and stock out for the client Boxout, on the machinery of the other clients. */
export async function boxout(context: EcomnowContext<object>): Promise<TaskResult> {
  return await runIntegrations(context, "Boxout", null);
}
