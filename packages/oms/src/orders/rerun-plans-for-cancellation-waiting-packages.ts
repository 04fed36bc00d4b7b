import type { TaskResult } from "@drumline/core/task";

import { processPlans } from "../cancellations/process-plans.ts";
import type { OmsContext } from "../context.ts";

/** Tries cancellations again whose packages wait for a carrier or a transfer (OMS guide, task 14). */
export const rerunPlansForCancellationWaitingPackages = (context: OmsContext<object>): Promise<TaskResult> =>
  processPlans(context, "WAITING_FOR_PACKAGES");
