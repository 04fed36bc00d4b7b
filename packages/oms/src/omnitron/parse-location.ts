import type { JsonObject } from "@drumline/core/task";
import { z } from "zod";

import type { RemoteLocation } from "./port.ts";
import { issuesOf, pk, text, wordOrNull } from "../wire-kinds.ts";

const MOST_OF_INTEGER = 2 ** 31 - 1;

const locationSchema = z.object({
  pk,
  erp_code: text,
  name: text,
  stock_location_type: text,
  priority: z.int().min(-MOST_OF_INTEGER).max(MOST_OF_INTEGER),
  max_quota: z.int().min(0).max(MOST_OF_INTEGER).nullable(),
  is_active: z.boolean(),
  is_fulfillment_center: z.boolean(),
  address: z.object({
    country: wordOrNull,
    state: wordOrNull,
    city: wordOrNull,
    district: wordOrNull,
    latitude: z.number().min(-90).max(90).nullable(),
    longitude: z.number().min(-180).max(180).nullable(),
  }),
});

/** A stock location as Omnitron sends it. Throws an error that names every field that is wrong. */
export function parseLocation(raw: JsonObject): RemoteLocation {
  const parsed = locationSchema.safeParse(raw);
  if (!parsed.success) throw new Error(issuesOf(parsed.error), { cause: parsed.error });
  const { data } = parsed;
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
