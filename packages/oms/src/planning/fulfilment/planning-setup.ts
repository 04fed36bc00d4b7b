import { DrumlineError } from "@drumline/core/errors";
import type { Database } from "@drumline/db";

import { findFallbackLocation } from "./location.sql.ts";
import { loadScenarios, type Scenarios } from "./scenario.sql.ts";

/** What a planning run knows before its first batch. */
export interface PlanningSetup extends Scenarios {
  readonly fallbackLocationId: bigint;
}

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
export async function preparePlanning(db: Database): Promise<PlanningSetup> {
  const fallbackLocationId = await findFallbackLocation(db);
  if (fallbackLocationId === null) throw new NoStockLocation();
  return { ...(await loadScenarios(db)), fallbackLocationId };
}
