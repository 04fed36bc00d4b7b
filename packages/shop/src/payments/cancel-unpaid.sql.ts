import { claimedFor, type Database, isFreeFor, Prisma, type Transaction, unclaimed } from "@drumline/db";

const CLAIM_SECONDS = 600;

/** Unpaid past its time, and not put off. */
const isDue = (now: Date): Prisma.Sql => Prisma.sql`
  status = 'PLACED' AND payment_state = 'AWAITING' AND pay_by <= ${now} AND coalesce(cancel_try_at, pay_by) <= ${now}`;

export async function claimUnpaidOrders(db: Database, now: Date, runId: string, limit: number): Promise<bigint[]> {
  const rows = await db.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    WITH due AS MATERIALIZED (
      SELECT id FROM shop_order WHERE ${isDue(now)} AND ${isFreeFor(runId)}
      ORDER BY pay_by, id LIMIT ${limit} FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE shop_order SET ${claimedFor(runId, CLAIM_SECONDS)} FROM due WHERE shop_order.id = due.id
    RETURNING shop_order.id`);
  return rows.map(({ id }) => id).toSorted((one, other) => Number(one - other));
}

export async function countUnpaidOrders(db: Database, now: Date): Promise<number> {
  const [row] = await db.$queryRaw<[{ count: number }]>(Prisma.sql`
    SELECT count(*)::int AS count FROM shop_order WHERE ${isDue(now)}`);
  return row.count;
}

/** Under their locks: ends the claims, and puts off those that are not cancelled. */
export async function putOffOrders(tx: Transaction, ids: readonly bigint[], until: Date): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    UPDATE shop_order SET ${unclaimed}, cancel_try_at = CASE WHEN status = 'PLACED' THEN ${until}::timestamptz END
    WHERE id = ANY(${[...ids]}::bigint[])`);
}
