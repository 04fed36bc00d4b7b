import { type Database, lockedById, Prisma, type Transaction } from "@drumline/db";

import { emailHashIn } from "../people/email-hash.sql.ts";

/** For so long a piece is theirs who were told of it. */
export const HOURS_A_PIECE_IS_HELD = 24;

export interface WaitingPerson {
  readonly id: bigint;
  readonly timeZone: string | null;
}

export interface AwaitedStock {
  readonly productId: bigint;
  readonly available: bigint;
  readonly told: number;
  readonly waiting: readonly WaitingPerson[];
}

/** One announcer at a time: two that count at once would tell two people of one piece. */
export async function lockAnnouncements(tx: Transaction): Promise<void> {
  await tx.$queryRaw(Prisma.sql`SELECT pg_advisory_xact_lock(hashtextextended('shop/back-in-stock', 0))::text`);
}

/** Products that are there and that somebody waits for, after `afterId`. */
export async function loadAwaitedProductIds(
  db: Database,
  { afterId, from, most }: { readonly afterId: bigint; readonly from: number; readonly most: number },
): Promise<bigint[]> {
  const rows = await db.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    SELECT id FROM shop_product product
    WHERE id > ${afterId} AND on_hand - reserved - safety >= ${from}
      AND EXISTS (SELECT FROM shop_stock_subscription waiting WHERE waiting.product_id = product.id AND waiting.status = 'CONFIRMED')
    ORDER BY id LIMIT ${most}`);
  return rows.map(({ id }) => id);
}

const MOST_TOLD_AT_ONCE = 1_000;

/** Who waits for these products, the longest first, no more of them than there are pieces; who left the list waits for nothing. */
export async function loadAwaitedStock(
  tx: Transaction,
  productIds: readonly bigint[],
  now: Date,
): Promise<AwaitedStock[]> {
  const rows = await tx.$queryRaw<
    (Omit<AwaitedStock, "waiting"> & { waiting: { id: string; timeZone: string | null }[] | null })[]
  >(Prisma.sql`
    SELECT product.id AS "productId", product.on_hand - product.reserved - product.safety AS available,
      (SELECT count(*)::int FROM shop_stock_subscription told
        WHERE told.product_id = product.id AND told.status = 'NOTIFIED'
          AND told.notified_at > ${now}::timestamptz - make_interval(hours => ${HOURS_A_PIECE_IS_HELD})) AS told,
      (SELECT jsonb_agg(jsonb_build_object('id', id::text, 'timeZone', time_zone) ORDER BY confirmed_at, id) FROM (
        SELECT id, time_zone, confirmed_at FROM shop_stock_subscription waiting
        WHERE waiting.product_id = product.id AND waiting.status = 'CONFIRMED' AND waiting.email IS NOT NULL
          AND NOT EXISTS (
            SELECT FROM shop_suppression suppression
            WHERE suppression.email_hash = ${emailHashIn(Prisma.sql`waiting.email_key`)}
              AND suppression.list IN ('back-in-stock', '*', 'orders'))
        ORDER BY confirmed_at, id
        LIMIT least(greatest(product.on_hand - product.reserved - product.safety, 0), ${MOST_TOLD_AT_ONCE})) first) AS waiting
    FROM shop_product product WHERE product.id = ANY(${[...productIds]}::bigint[]) ORDER BY product.id`);
  return rows.map(({ waiting, ...row }) => ({
    ...row,
    waiting: (waiting ?? []).map(({ id, timeZone }) => ({ id: BigInt(id), timeZone })),
  }));
}

/** Only those who still wait. */
export async function markNotified(tx: Transaction, ids: readonly bigint[], at: Date): Promise<bigint[]> {
  const rows = await tx.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    WITH ${lockedById("shop_stock_subscription", Prisma.sql`id = ANY(${[...ids]}::bigint[]) AND status = 'CONFIRMED'`)}
    UPDATE shop_stock_subscription subscription SET status = 'NOTIFIED', notified_at = ${at}
    FROM locked WHERE subscription.id = locked.id RETURNING subscription.id`);
  return rows.map(({ id }) => id);
}

/** What they were to be told was true no longer: they wait on, in their old place. */
export async function returnToWaiting(tx: Transaction, ids: readonly bigint[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.$executeRaw(Prisma.sql`
    WITH ${lockedById("shop_stock_subscription", Prisma.sql`id = ANY(${[...ids]}::bigint[]) AND status = 'NOTIFIED'`)}
    UPDATE shop_stock_subscription subscription SET status = 'CONFIRMED', notified_at = NULL
    FROM locked WHERE subscription.id = locked.id`);
}
