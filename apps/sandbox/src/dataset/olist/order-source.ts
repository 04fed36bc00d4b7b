import { lowerBound } from "../lower-bound.ts";
import type { Order, OrderSource } from "../dataset.ts";

/** Orders that are all in memory, sorted by (modified, number). */
export function toOrderSource(orders: readonly Order[]): OrderSource {
  const positions = new Map(orders.map(({ number }, position) => [number, position]));
  const modifiedMsAt = (position: number) => orders[position]!.modifiedMs;
  return {
    total: orders.length,
    countUntil: (instantMs) => lowerBound(orders.length, (position) => modifiedMsAt(position) > instantMs),
    modifiedMsAt,
    at: (position) => orders[position]!,
    positionOf: (number) => positions.get(number) ?? null,
  };
}
