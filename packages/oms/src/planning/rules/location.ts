import type { Place } from "../../gateways/omnitron/port.ts";

/** A stock location as the planner sees it. */
export interface Location extends Place {
  readonly id: bigint;
  readonly erpCode: string;
  readonly type: string;
  /** Lower is preferred by an ascending PRIORITY sort. */
  readonly priority: number;
  /** Open packages it can take; null where nobody said. */
  readonly maxQuota: number | null;
  /** Packages not yet ready for packaging, and those waiting for cancellation. */
  readonly openPackages: number;
}

const EARTH_RADIUS_KM = 6_371;

/** Great-circle distance by the haversine formula; null where either end has no coordinates. */
export function distanceKm(from: Place, to: Place): number | null {
  if (from.latitude === null || from.longitude === null || to.latitude === null || to.longitude === null) return null;
  const latitudeStep = toRadians(to.latitude - from.latitude);
  const longitudeStep = toRadians(to.longitude - from.longitude);
  const chord =
    Math.sin(latitudeStep / 2) ** 2 +
    Math.cos(toRadians(from.latitude)) * Math.cos(toRadians(to.latitude)) * Math.sin(longitudeStep / 2) ** 2;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(chord)));
}

const toRadians = (degrees: number): number => (degrees * Math.PI) / 180;
