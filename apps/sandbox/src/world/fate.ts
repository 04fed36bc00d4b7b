import { HOUR_MS, MINUTE_MS } from "@drumline/core/clock";

import { between, seededRandom } from "../seeded-random.ts";
import type { Fate, Order } from "./world.ts";

/** How an order ended, in the words of the Olist dataset. */
export const FATES = [
  "delivered",
  "shipped",
  "canceled",
  "unavailable",
  "invoiced",
  "processing",
] as const satisfies readonly Fate["status"][];

/** Puts instants that contradict each other in order: handed over not before the approval, delivered not before that. */
export function toFate(
  status: Fate["status"],
  approvedMs: number,
  handedOverMs: number | null,
  deliveredMs: number | null,
): Fate {
  const handedOver = handedOverMs ?? deliveredMs;
  if (handedOver === null) return { status, handedOverMs: null, deliveredMs: null };
  const taken = Math.max(handedOver, approvedMs);
  return { status, handedOverMs: taken, deliveredMs: deliveredMs === null ? null : Math.max(deliveredMs, taken) };
}

/** When the store packs the order; null where it never does. Late enough for a cancellation to come before, at times. */
export function packAtMs({ number, placedMs, modifiedMs, fate }: Order): number | null {
  const random = seededRandom("pack", number);
  const soonest = Math.max(placedMs, modifiedMs) + 30 * MINUTE_MS;
  if (fate.handedOverMs !== null) return Math.max(soonest, fate.handedOverMs - between(random, 1, 24) * HOUR_MS);
  if (fate.status === "canceled") return random() < 0.5 ? soonest + between(random, 1, 12) * HOUR_MS : null;
  return fate.status === "invoiced" ? soonest + between(random, 6, 48) * HOUR_MS : null;
}

/** When Omnitron wants it cancelled: a good while after the approval, or after the carrier has taken over all of it. */
export function cancelAtMs(order: Order, takenOverMs: number | null): number | null {
  const { number, modifiedMs, fate, items } = order;
  if (fate.status !== "canceled" || items.length === 0) return null;
  const random = seededRandom("cancel", number);
  if (fate.handedOverMs === null) return modifiedMs + between(random, 2, 72) * HOUR_MS;
  return takenOverMs === null ? null : takenOverMs + between(random, 6, 48) * HOUR_MS;
}
