import { z } from "zod";

import { instant, parseRecord, text, wordOrNull } from "../records/wire-schemas.ts";
import type { AnnouncedParcel, BoughtLabel, CarrierStatus, Tracking } from "./port.ts";

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
/** A parcel has a few dozen; a batch holds the answers of five hundred parcels in memory. */
const MOST_KEPT = 200;

const trackingSchema = z.object({
  status,
  events: z
    .array(z.object({ occurredAt: instant, status, location: wordOrNull, description: wordOrNull }))
    .max(MOST_EVENTS),
});

/** Whoever prints labels opens it: anything but an address on the web is none. */
const webAddressOrNull = wordOrNull.transform((url) =>
  url !== null && /^https?:\/\//i.test(url) && URL.canParse(url) ? url : null,
);

const announcedSchema = z.object({ trackingNumber: text, awbNumber: wordOrNull, labelUrl: webAddressOrNull });
const labelSchema = z.object({
  labelId: text,
  trackingNumber: text,
  sscc: wordOrNull,
  trackingUrl: webAddressOrNull,
});
const MOST_LABELS = 100;
const labelsSchema = z.object({ labels: z.array(labelSchema).max(MOST_LABELS) });
const calledBackSchema = z.object({ status });

/** Where a parcel is, as a carrier answers, with the newest of its events. Throws `InvalidRecord`. */
export function parseTracking(answer: unknown): Tracking {
  const tracking = parseRecord(trackingSchema, answer);
  if (tracking.events.length <= MOST_KEPT) return tracking;
  const newestFirst = tracking.events.toSorted((left, right) => right.occurredAt.getTime() - left.occurredAt.getTime());
  return { ...tracking, events: newestFirst.slice(0, MOST_KEPT).toReversed() };
}

/** What a carrier calls a parcel it was told of. Throws `InvalidRecord`. */
export const parseAnnounced = (answer: unknown): AnnouncedParcel => parseRecord(announcedSchema, answer);

/** What became of a parcel that was asked back. Throws `InvalidRecord`. */
export const parseCalledBack = (answer: unknown): CarrierStatus => parseRecord(calledBackSchema, answer).status;

/** A label that a carrier sold. Throws `InvalidRecord`. */
export const parseLabel = (answer: unknown): BoughtLabel => parseRecord(labelSchema, answer);

/** The labels under one reference. Throws `InvalidRecord`. */
export const parseLabels = (answer: unknown): readonly BoughtLabel[] => parseRecord(labelsSchema, answer).labels;
