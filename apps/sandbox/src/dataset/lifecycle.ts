import { HOUR_MS, MINUTE_MS } from "@drumline/core/clock";

import { between, seededRandom } from "../seeded-random.ts";
import type { Lifecycle, Order } from "./dataset.ts";

/** How an order ended, in the words of the Olist dataset. */
export const LIFECYCLE_STATUSES = [
  "delivered",
  "shipped",
  "canceled",
  "unavailable",
  "invoiced",
  "processing",
] as const satisfies readonly Lifecycle["status"][];

/** Puts instants that contradict each other in order: handed over not before the approval, delivered not before that. */
export function toLifecycle(
  status: Lifecycle["status"],
  approvedMs: number,
  handedOverMs: number | null,
  deliveredMs: number | null,
): Lifecycle {
  const handedOver = handedOverMs ?? deliveredMs;
  if (handedOver === null) return { status, handedOverMs: null, deliveredMs: null };
  const taken = Math.max(handedOver, approvedMs);
  return { status, handedOverMs: taken, deliveredMs: deliveredMs === null ? null : Math.max(deliveredMs, taken) };
}

/** When the store packs the order; null where it never does. Late enough for a cancellation to come before, at times. */
export function packAtMs({ number, placedMs, modifiedMs, lifecycle }: Order): number | null {
  const random = seededRandom("pack", number);
  const soonest = Math.max(placedMs, modifiedMs) + 30 * MINUTE_MS;
  if (lifecycle.handedOverMs !== null)
    return Math.max(soonest, lifecycle.handedOverMs - between(random, 1, 24) * HOUR_MS);
  if (lifecycle.status === "canceled") return random() < 0.5 ? soonest + between(random, 1, 12) * HOUR_MS : null;
  return lifecycle.status === "invoiced" ? soonest + between(random, 6, 48) * HOUR_MS : null;
}

/** When Omnitron wants it cancelled: a good while after the approval, or after the carrier has taken over all of it. */
export function cancelAtMs(order: Order, takenOverMs: number | null): number | null {
  const { number, modifiedMs, lifecycle, items } = order;
  if (lifecycle.status !== "canceled" || items.length === 0) return null;
  const random = seededRandom("cancel", number);
  if (lifecycle.handedOverMs === null) return modifiedMs + between(random, 2, 72) * HOUR_MS;
  return takenOverMs === null ? null : takenOverMs + between(random, 6, 48) * HOUR_MS;
}
