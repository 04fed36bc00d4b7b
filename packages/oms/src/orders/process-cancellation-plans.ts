import type { TaskResult } from "@drumline/core/task";

import { processPlans } from "../cancellations/process-plans.ts";
import type { OmsContext } from "../context.ts";

/** Carries out the cancellations Omnitron asked for (OMS guide, task 13). */
export const processCancellationPlans = (context: OmsContext<object>): Promise<TaskResult> =>
  processPlans(context, "NEW");
