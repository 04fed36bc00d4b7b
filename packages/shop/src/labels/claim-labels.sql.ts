import { claimedFor, type Database, isClaimedBy, isFreeFor, lockedById, Prisma, unclaimed } from "@drumline/db";

import type { LabelAddress } from "./plan-label.ts";

const CLAIM_SECONDS = 120;

export interface ClaimedLabel {
  readonly id: string;
  readonly status: "DUE" | "BUYING" | "VOIDING";
  readonly reference: string;
  readonly carrierLabelId: string | null;
  readonly attempts: number;
  readonly parcelId: bigint;
  readonly parcelReference: string;
  readonly carrier: string;
  readonly weightGrams: number | null;
  readonly orderReference: string;
  readonly shipTo: LabelAddress;
}

/** Labels to be bought, looked up or given back, and whose turn has come; oldest first. */
const isDue = (now: Date): Prisma.Sql => Prisma.sql`status IN ('DUE', 'BUYING', 'VOIDING') AND next_try_at <= ${now}`;

export async function countDueLabels(db: Database, now: Date, most: number): Promise<number> {
  const [row] = await db.$queryRaw<[{ due: bigint }]>(Prisma.sql`
    SELECT count(*) AS due FROM (SELECT 1 FROM shop_label WHERE ${isDue(now)} LIMIT ${most}) AS due`);
  return Number(row.due);
}

export async function claimDueLabels(
  db: Database,
  { runId, now, limit }: { readonly runId: string; readonly now: Date; readonly limit: number },
): Promise<ClaimedLabel[]> {
  return await db.$queryRaw<ClaimedLabel[]>(Prisma.sql`
    WITH due AS MATERIALIZED (
      SELECT id FROM shop_label WHERE ${isDue(now)} AND ${isFreeFor(runId)}
      ORDER BY next_try_at, id LIMIT ${limit} FOR NO KEY UPDATE SKIP LOCKED
    ), claimed AS (
      UPDATE shop_label SET ${claimedFor(runId, CLAIM_SECONDS)} FROM due WHERE shop_label.id = due.id RETURNING shop_label.*
    )
    SELECT claimed.id, claimed.status::text, claimed.reference, claimed.carrier_label_id AS "carrierLabelId", claimed.attempts,
      parcel.id AS "parcelId", parcel.reference AS "parcelReference", parcel.carrier, parcel.weight_grams AS "weightGrams",
      orders.reference AS "orderReference",
      coalesce(jsonb_build_object('name', orders.name), '{}') || orders.ship_to AS "shipTo"
    FROM claimed JOIN shop_parcel AS parcel ON parcel.id = claimed.parcel_id
    JOIN shop_order AS orders ON orders.id = parcel.order_id
    ORDER BY claimed.next_try_at, claimed.id`);
}

/** On record before the carrier is asked: a process that dies now leaves labels that are looked up, not bought again. */
export async function markBuying(db: Database, runId: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db.$executeRaw(Prisma.sql`
    WITH ${lockedById("shop_label", Prisma.sql`id = ANY(${ids}::uuid[]) AND ${isClaimedBy(runId)} AND status IN ('DUE', 'BUYING')`)}
    UPDATE shop_label SET status = 'BUYING', attempts = attempts + 1 FROM locked WHERE shop_label.id = locked.id`);
}

export async function releaseLabels(db: Database, runId: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db.$executeRaw(Prisma.sql`
    WITH ${lockedById("shop_label", Prisma.sql`id = ANY(${ids}::uuid[]) AND ${isClaimedBy(runId)}`)}
    UPDATE shop_label SET ${unclaimed} FROM locked WHERE shop_label.id = locked.id`);
}
