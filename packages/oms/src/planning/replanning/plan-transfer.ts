import { fetchTo } from "../fulfilment/apply-rule.ts";
import { BUILT_IN_TRANSFER } from "../fulfilment/built-in-scenarios.ts";
import type { LocationLoad } from "../fulfilment/candidates.ts";
import { scenarioFor } from "../fulfilment/plan-order.ts";
import { type Placement, unitsOf } from "../fulfilment/place-lines.ts";
import type { PlanningWorld } from "../fulfilment/planning-input.ts";
import type { WaitingOrder } from "../fulfilment/waiting-order.ts";

/**
 * Other sources for all that a transfer should have brought, by the transfer rules; null where they do not have it all:
 * a package waits for every unit anyway. Takes the units from the world's stock.
 */
export function planTransfer(order: WaitingOrder, destinationId: bigint, world: PlanningWorld): Placement[] | null {
  const wants = order.lines.map((line) => ({ line, units: line.wanted }));
  const transferRules = scenarioFor(order, world.transfer, BUILT_IN_TRANSFER)?.rules ?? [];
  const load: LocationLoad = { openPackages: ({ openPackages }) => openPackages, isOpenedByThisOrder: () => false };
  const { locations, stock } = world;
  const placements = fetchTo({ id: destinationId }, wants, { order, locations, stock, load, transferRules });
  if (unitsOf(placements) !== unitsOf(wants)) return null;
  for (const { line, location, units } of placements) stock.take(location.id, line.productId, units);
  return placements;
}
