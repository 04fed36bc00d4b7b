import type { TaskResult } from "@drumline/core/task";

import type { OmsContext } from "../../context.ts";
import { replanPackages } from "./replan-packages.ts";

/** Plans packages again that lack stock or hold a broken product (OMS guide, task 4): some of those task 3 takes too. */
export const retryOutOfStockPackages = (context: OmsContext<object>): Promise<TaskResult> =>
  replanPackages(context, ["OUT_OF_STOCK", "DEFECTIVE_PRODUCT"], "OOS_RETRY");
