import { integer, type ValuesOf } from "@drumline/core/config";

/** Env keys of the shipment tasks. */
export const shipmentSettings = {
  trackingBatchSize: integer("OMS_TRACKING_BATCH_SIZE", {
    fallback: 500,
    min: 1,
    max: 5_000,
    about: "Shipments asked about, and saved in one transaction.",
  }),
  trackingHelpers: integer("OMS_TRACKING_HELPERS", {
    fallback: 3,
    min: 0,
    max: 50,
    about: "Further runs that a tracking run may ask for when more than one batch of shipments is due; 0 for none.",
  }),
} as const;

/** The values of `shipmentSettings`. */
export type ShipmentSettings = ValuesOf<typeof shipmentSettings>;
