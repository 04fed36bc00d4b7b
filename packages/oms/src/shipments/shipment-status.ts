import type { CarrierStatus } from "@drumline/outbound/carriers";
import type { ShipmentStatus } from "../states/index.ts";

/** How far a parcel has come. Three that are equally far may follow each other: a second attempt comes after a first. */
const RANKS: Readonly<Record<ShipmentStatus, number>> = {
  CREATED: 0,
  SHIPPING: 1,
  READY_FOR_PICKUP: 2,
  ATTEMPTED_DELIVERY: 2,
  DELIVERY_FAILED: 2,
  DELIVERED: 3,
  DELETED: 3,
  EXPIRED: 3,
};

/** Nothing is asked about a parcel any more. */
export const CLOSED_STATUSES = ["DELIVERED", "DELETED", "EXPIRED"] as const satisfies readonly ShipmentStatus[];

/** The carrier has the parcel: it cannot be called back, and its package is on its way. */
export const UNDER_WAY_STATUSES = [
  "SHIPPING",
  "READY_FOR_PICKUP",
  "ATTEMPTED_DELIVERY",
  "DELIVERY_FAILED",
  "DELIVERED",
] as const satisfies readonly ShipmentStatus[];

/**
 * Whether a carrier's word moves a parcel on (oms-domain 5): never back, whatever the carrier says. Only a parcel the
 * carrier has not taken over can turn out to be deleted.
 */
export function isForward(from: ShipmentStatus, to: CarrierStatus): boolean {
  if (to === "DELETED") return from === "CREATED";
  if (RANKS[to] > RANKS[from]) return true;
  return RANKS[to] === RANKS[from] && RANKS[to] === RANKS.ATTEMPTED_DELIVERY && to !== from;
}
