import type { JsonObject } from "@drumline/core/task";
import { z } from "zod";

import { measure, parseRecord, pk, text, wordOrNull } from "@drumline/outbound/records";
import type { RemoteLocation } from "./port.ts";

const MOST_OF_INTEGER = 2 ** 31 - 1;

const locationSchema = z.object({
  pk,
  erp_code: text,
  name: text,
  stock_location_type: text,
  priority: z.int().min(-MOST_OF_INTEGER).max(MOST_OF_INTEGER),
  max_quota: z
    .int()
    .min(0)
    .max(MOST_OF_INTEGER)
    .nullish()
    .transform((value) => value ?? null),
  is_active: z.boolean(),
  is_fulfillment_center: z.boolean(),
  address: z.object({
    country: wordOrNull,
    state: wordOrNull,
    city: wordOrNull,
    district: wordOrNull,
    latitude: measure(-90, 90),
    longitude: measure(-180, 180),
  }),
});

/** A stock location as Omnitron sends it. Throws `InvalidRecord`. */
export function parseLocation(raw: JsonObject): RemoteLocation {
  const data = parseRecord(locationSchema, raw);
  return {
    pk: data.pk,
    erpCode: data.erp_code,
    name: data.name,
    type: data.stock_location_type,
    priority: data.priority,
    maxQuota: data.max_quota,
    isActive: data.is_active,
    isFulfillmentCenter: data.is_fulfillment_center,
    ...data.address,
  };
}
