import { integer, type ValuesOf } from "@drumline/core/config";

/** Env keys of parcels. */
export const parcelSettings = {
  shopTrackingBatchSize: integer("SHOP_TRACKING_BATCH_SIZE", {
    fallback: 500,
    min: 1,
    max: 5_000,
    about: "Parcels of the shop that one batch asks carriers about.",
  }),
} as const;

export type ParcelSettings = ValuesOf<typeof parcelSettings>;
