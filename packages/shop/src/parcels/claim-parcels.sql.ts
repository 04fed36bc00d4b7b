import { claimedFor, type Database, isClaimedBy, isFreeFor, lockedById, Prisma, unclaimed } from "@drumline/db";

import type { ParcelStatus } from "./plan-parcel-news.ts";

const CLAIM_SECONDS = 120;

export interface ClaimedParcel {
  readonly id: bigint;
  readonly orderId: bigint;
  readonly reference: string;
  readonly status: ParcelStatus;
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly packedAt: Date;
  readonly failedChecks: number;
}

/** Of those alone that an answer moves: any other would be claimed again and again. */
const isDue = (now: Date): Prisma.Sql => Prisma.sql`
  next_check_at <= ${now} AND tracking_number IS NOT NULL AND status IN ('PACKED', 'SHIPPED')`;

export async function countDueParcels(db: Database, now: Date, most: number): Promise<number> {
  const [row] = await db.$queryRaw<[{ due: bigint }]>(Prisma.sql`
    SELECT count(*) AS due FROM (SELECT 1 FROM shop_parcel WHERE ${isDue(now)} LIMIT ${most}) AS due`);
  return Number(row.due);
}

/** Parcels whose turn has come, oldest first, but for those of carriers that cannot be asked now. */
export async function claimDueParcels(
  db: Database,
  {
    runId,
    now,
    limit,
    excluded,
  }: { readonly runId: string; readonly now: Date; readonly limit: number; readonly excluded: readonly string[] },
): Promise<ClaimedParcel[]> {
  return await db.$queryRaw<ClaimedParcel[]>(Prisma.sql`
    WITH due AS MATERIALIZED (
      SELECT id FROM shop_parcel WHERE ${isDue(now)} AND ${isFreeFor(runId)} AND carrier <> ALL(${[...excluded]}::text[])
      ORDER BY next_check_at, id LIMIT ${limit} FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE shop_parcel AS parcel SET ${claimedFor(runId, CLAIM_SECONDS)} FROM due WHERE parcel.id = due.id
    RETURNING parcel.id, parcel.order_id AS "orderId", parcel.reference, parcel.status::text, parcel.carrier,
      parcel.tracking_number AS "trackingNumber", parcel.packed_at AS "packedAt", parcel.failed_checks AS "failedChecks"`);
}

export async function releaseParcels(db: Database, runId: string, ids: readonly bigint[]): Promise<void> {
  if (ids.length === 0) return;
  await db.$executeRaw(Prisma.sql`
    WITH ${lockedById("shop_parcel", Prisma.sql`id = ANY(${[...ids]}::bigint[]) AND ${isClaimedBy(runId)}`)}
    UPDATE shop_parcel SET ${unclaimed} FROM locked WHERE shop_parcel.id = locked.id`);
}
