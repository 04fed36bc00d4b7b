import { DrumlineError } from "@drumline/core/errors";

import type { OmsContext } from "../../context.ts";
import { findFallbackLocation } from "./location.sql.ts";
import type { PlanningSetup } from "./load-planning-input.ts";
import { loadScenarios } from "./scenario.sql.ts";

/** Nothing can be planned where nothing can be kept, not even a shortfall. */
export class NoStockLocation extends DrumlineError {
  constructor() {
    super(
      "orders wait to be planned, but no active stock location is known. Run oms.orders.tasks.get_orders_from_omnitron, " +
        "which brings them, or set one active in Omnitron.",
      { code: "NO_STOCK_LOCATION" },
    );
  }
}

/** What every batch of a planning run needs. Throws `NoStockLocation` or `InvalidScenario`. */
export async function preparePlanning({ db }: OmsContext<object>): Promise<PlanningSetup> {
  const fallbackLocationId = await findFallbackLocation(db);
  if (fallbackLocationId === null) throw new NoStockLocation();
  return { ...(await loadScenarios(db)), fallbackLocationId };
}
