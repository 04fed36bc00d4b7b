import type { TaskResult } from "@drumline/core/task";

import type { OmsContext } from "../../context.ts";
import { EXCEPTION_STATES } from "../../states/package-states.ts";
import { replanPackages } from "./replan-packages.ts";

/** Plans packages again that need it, for whatever reason (OMS guide, task 3). */
export const fulfilReplaningOrders = (context: OmsContext<object>): Promise<TaskResult> =>
  replanPackages(context, EXCEPTION_STATES, "REPLAN");
