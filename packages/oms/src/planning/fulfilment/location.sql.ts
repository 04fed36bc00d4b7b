import { type Database, Prisma, type Transaction } from "@drumline/db";

import { QUOTA_STATES } from "../../states/package-states.ts";
import type { Location } from "../rules/location.ts";

/** A location with what the planner need not see of it. */
export interface LocationRow extends Location {
  readonly safetyStock: number;
  /** Active, and a fulfilment centre: packages may ship from it. */
  readonly ships: boolean;
}

interface Wanted {
  readonly erpCodes: readonly string[];
  readonly ids: readonly bigint[];
  /** Whether any rule looks at how many packages are open somewhere. */
  readonly countOpenPackages: boolean;
  /** Keeps quotas still until the transaction ends. */
  readonly lock: boolean;
}

/** The locations of these ERP codes or ids; with `lock` those with a quota stay locked until the transaction ends. */
export async function loadLocations(
  db: Database | Transaction,
  { erpCodes, ids, countOpenPackages, lock }: Wanted,
): Promise<LocationRow[]> {
  const isWanted = Prisma.sql`(erp_code = ANY(${[...erpCodes]}::text[]) OR location.id = ANY(${[...ids]}::bigint[]))`;
  if (lock)
    await db.$queryRaw(Prisma.sql`
      SELECT id FROM stock_location location
      WHERE ${isWanted} AND max_quota IS NOT NULL ORDER BY erp_code FOR NO KEY UPDATE`);
  const openPackages = countOpenPackages
    ? Prisma.sql`(
        SELECT count(*)::int FROM package
        WHERE package.location_id = location.id AND package.state::text = ANY(${[...QUOTA_STATES]}::text[]))`
    : Prisma.sql`0`;
  return await db.$queryRaw<LocationRow[]>(Prisma.sql`
    SELECT id, erp_code AS "erpCode", type, priority, max_quota AS "maxQuota", country, state, city, district,
      latitude, longitude, safety_stock AS "safetyStock", is_active AND is_fulfillment_center AS ships,
      ${openPackages} AS "openPackages"
    FROM stock_location location
    WHERE ${isWanted}
    ORDER BY erp_code`);
}

/** Where shortfalls wait when no scenario says otherwise: the active location of the lowest priority number, then ERP code. */
export async function findFallbackLocation(db: Database): Promise<bigint | null> {
  const rows = await db.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    SELECT id FROM stock_location WHERE is_active ORDER BY priority, erp_code COLLATE "C" LIMIT 1`);
  return rows[0]?.id ?? null;
}

/** All locations, and those that packages may ship from. */
export async function countLocations(db: Database): Promise<{ known: number; active: number }> {
  const [row] = await db.$queryRaw<[{ known: number; active: number }]>(Prisma.sql`
    SELECT count(*)::int AS known, count(*) FILTER (WHERE is_active AND is_fulfillment_center)::int AS active
    FROM stock_location`);
  return row;
}
