import type { Availability } from "./availability.ts";
import type { Location } from "./location.ts";
import { type OrderPlan, planOrder } from "./plan-order.ts";
import type { Scenario } from "./scenario.ts";
import type { WaitingOrder } from "./waiting-order.ts";

/** All the planner may look at. */
export interface PlanningWorld {
  /** The most important first; empty means the built-in one. */
  readonly distribution: readonly Scenario[];
  readonly transfer: readonly Scenario[];
  /** Active fulfilment centres that carry a product of the batch or that a rule names. */
  readonly locations: readonly Location[];
  /** Where shortfalls wait, by scenario; `fallback` for a scenario that names none, and where no scenario matches. */
  readonly defaultLocations: { readonly byId: ReadonlyMap<bigint, Location>; readonly fallback: Location };
  /** Goes down as units are promised. */
  readonly stock: Availability;
  /** Asked for, and not known to the inventory engine. */
  readonly unknownSkus: ReadonlySet<string>;
}

/**
 * Plans a batch in the order given: an earlier order takes units first. Pure: the same orders and world give the same
 * plans, no unit is promised twice, and every unit wanted is in exactly one package or in a shortfall.
 */
export function planFulfilment(orders: readonly WaitingOrder[], world: PlanningWorld): OrderPlan[] {
  const openPackages = new Map(world.locations.map(({ id, openPackages: open }) => [id, open]));
  return orders.map((order) => {
    const plan = planOrder(order, world, openPackages);
    for (const { location, state } of plan.packages)
      if (state !== "OUT_OF_STOCK") openPackages.set(location.id, (openPackages.get(location.id) ?? 0) + 1);
    return plan;
  });
}
