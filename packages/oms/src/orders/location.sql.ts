import { type Database, Prisma, type Transaction } from "@drumline/db";

import type { Reading, RemoteLocation } from "../gateways/omnitron/port.ts";
import type { KnownLocation } from "./plan-locations.ts";

export async function loadKnownLocations(
  tx: Database | Transaction,
  records: readonly Reading<RemoteLocation>[],
): Promise<KnownLocation[]> {
  const incoming = records.flatMap((record) => (record.ok ? [record.value] : []));
  return await tx.$queryRaw<KnownLocation[]>(Prisma.sql`
    SELECT omnitron_id AS pk, erp_code AS "erpCode", name, type, priority, max_quota AS "maxQuota",
      is_active AS "isActive", is_fulfillment_center AS "isFulfillmentCenter",
      country, state, city, district, latitude, longitude
    FROM stock_location
    WHERE omnitron_id = ANY(${incoming.map(({ pk }) => pk)}::bigint[])
       OR erp_code = ANY(${incoming.map(({ erpCode }) => erpCode)}::text[])`);
}

export async function saveLocations(tx: Transaction, locations: readonly RemoteLocation[]): Promise<void> {
  if (locations.length === 0) return;
  const rows = [...new Map(locations.map((location) => [location.erpCode, location])).values()].map(
    ({ pk, erpCode, maxQuota, isActive, isFulfillmentCenter, ...location }) => ({
      ...location,
      pk: String(pk),
      erp_code: erpCode,
      max_quota: maxQuota,
      is_active: isActive,
      is_fulfillment_center: isFulfillmentCenter,
    }),
  );
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO stock_location (omnitron_id, erp_code, name, type, priority, max_quota, is_active,
      is_fulfillment_center, country, state, city, district, latitude, longitude)
    SELECT pk, erp_code, name, type, priority, max_quota, is_active, is_fulfillment_center,
      country, state, city, district, latitude, longitude
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS incoming(
      pk bigint, erp_code text, name text, type text, priority int, max_quota int, is_active boolean,
      is_fulfillment_center boolean, country text, state text, city text, district text,
      latitude double precision, longitude double precision)
    ORDER BY erp_code
    ON CONFLICT (erp_code) DO UPDATE SET
      omnitron_id = excluded.omnitron_id, name = excluded.name, type = excluded.type, priority = excluded.priority,
      max_quota = excluded.max_quota, is_active = excluded.is_active,
      is_fulfillment_center = excluded.is_fulfillment_center, country = excluded.country, state = excluded.state,
      city = excluded.city, district = excluded.district, latitude = excluded.latitude, longitude = excluded.longitude`);
}
