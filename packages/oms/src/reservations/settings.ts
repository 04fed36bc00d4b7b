import { integer, type ValuesOf } from "@drumline/core/config";

/** Env keys of the reservations that block stock. */
export const reservationSettings = {
  omsDiscrepancyMinAgeSeconds: integer("OMS_DISCREPANCY_MIN_AGE_SECONDS", {
    fallback: 0,
    min: 0,
    max: 2_592_000,
    about: "Inventory discrepancies younger than this are left alone when they are cleared.",
  }),
  omsPackedUnitsAwaitedSeconds: integer("OMS_PACKED_UNITS_AWAITED_SECONDS", {
    fallback: 172_800,
    min: 0,
    max: 2_592_000,
    about:
      "Units that were packed or sent are not promised again before the inventory engine's level falls, or for this long.",
  }),
} as const;

/** The values of `reservationSettings`. */
export type ReservationSettings = ValuesOf<typeof reservationSettings>;
