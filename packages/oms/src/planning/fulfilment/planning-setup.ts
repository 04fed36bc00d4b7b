import { type Clock, SECOND_MS } from "@drumline/core/clock";
import { DrumlineError } from "@drumline/core/errors";
import type { TaskContext } from "@drumline/core/task";
import type { Database } from "@drumline/db";

import type { ReservationSettings } from "../../reservations/settings.ts";
import { countLocations, findFallbackLocation } from "./location.sql.ts";
import { loadScenarios, type Scenarios } from "./scenario.sql.ts";

/** What a planning run knows before its first batch. */
export interface PlanningSetup extends Scenarios {
  readonly fallbackLocationId: bigint;
  readonly clock: Clock;
  /** Units that left a location before then are there again if the inventory engine still counts them. */
  readonly forgottenBefore: Date;
  readonly locationCounts: { readonly known: number; readonly active: number };
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
export async function preparePlanning({ db, clock, gateways }: SetupContext): Promise<PlanningSetup> {
  const fallbackLocationId = await findFallbackLocation(db);
  if (fallbackLocationId === null) throw new NoStockLocation();
  const forgottenBefore = new Date(clock.now().getTime() - gateways.settings.omsPackedUnitsAwaitedSeconds * SECOND_MS);
  const [scenarios, locationCounts] = await Promise.all([loadScenarios(db), countLocations(db)]);
  return { ...scenarios, fallbackLocationId, clock, forgottenBefore, locationCounts };
}

type SetupContext = Pick<
  TaskContext<object, { readonly settings: Pick<ReservationSettings, "omsPackedUnitsAwaitedSeconds"> }, Database>,
  "db" | "clock" | "gateways"
>;
