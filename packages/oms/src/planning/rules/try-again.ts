import type { PlanningInput } from "./planning-input.ts";
import type { WaitingOrder } from "./waiting-order.ts";

/** The order with locations open again that failed its items before, where the engine has just said that the level has risen. Pure. */
export function tryRisenAgain(order: WaitingOrder, { risen = [] }: Pick<PlanningInput, "risen">): WaitingOrder {
  if (risen.length === 0 || order.lines.every(({ excludedLocationIds }) => excludedLocationIds.length === 0))
    return order;
  const isRisen = (locationId: bigint, productId: bigint): boolean =>
    risen.some((level) => level.locationId === locationId && level.productId === productId);
  return {
    ...order,
    lines: order.lines.map((line) => ({
      ...line,
      excludedLocationIds: line.excludedLocationIds.filter((id) => !isRisen(id, line.productId)),
    })),
  };
}
