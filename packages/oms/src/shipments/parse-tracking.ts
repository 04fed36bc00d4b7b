import { z } from "zod";

import { instant, parseRecord, text, wordOrNull } from "../wire-kinds.ts";
import type { AnnouncedParcel, CarrierStatus, Tracking } from "./port.ts";

const CARRIER_STATUSES = [
  "CREATED",
  "DELETED",
  "SHIPPING",
  "READY_FOR_PICKUP",
  "ATTEMPTED_DELIVERY",
  "DELIVERY_FAILED",
  "DELIVERED",
] as const satisfies readonly CarrierStatus[];

const status = z.enum(CARRIER_STATUSES);

const MOST_EVENTS = 1_000;

const trackingSchema = z.object({
  status,
  events: z
    .array(z.object({ occurredAt: instant, status, location: wordOrNull, description: wordOrNull }))
    .max(MOST_EVENTS),
});

const announcedSchema = z.object({ trackingNumber: text, awbNumber: wordOrNull, labelUrl: wordOrNull });
const calledBackSchema = z.object({ status });

/** Where a parcel is, as a carrier answers. Throws `InvalidRecord`. */
export const parseTracking = (answer: unknown): Tracking => parseRecord(trackingSchema, answer);

/** What a carrier calls a parcel it was told of. Throws `InvalidRecord`. */
export const parseAnnounced = (answer: unknown): AnnouncedParcel => parseRecord(announcedSchema, answer);

/** What became of a parcel that was asked back. Throws `InvalidRecord`. */
export const parseCalledBack = (answer: unknown): CarrierStatus => parseRecord(calledBackSchema, answer).status;
