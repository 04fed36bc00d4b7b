import {
  claimedFor,
  type Database,
  isClaimedBy,
  isFreeFor,
  lockedById,
  Prisma,
  type Transaction,
  unclaimed,
} from "@drumline/db";

const CLAIM_SECONDS = 60;

/** Approved, with something in it, and not planned yet, or opened again by new items. */
export const isWaiting = Prisma.sql`
  orders.state = 'APPROVED'
  AND EXISTS (SELECT FROM order_item WHERE order_item.order_id = orders.id)
  AND NOT EXISTS (
    SELECT FROM order_execution_plan plan WHERE plan.order_id = orders.id AND plan.state <> 'START'
  )`;

/** Waiting orders, counted up to `most`. */
export async function countWaitingOrders(db: Database, most: number): Promise<number> {
  const [row] = await db.$queryRaw<[{ count: number }]>(Prisma.sql`
    SELECT count(*)::int AS count FROM (SELECT FROM orders WHERE ${isWaiting} LIMIT ${most}) waiting`);
  return row.count;
}

/** The oldest waiting orders, whoever works on them; for a dry run. */
export async function findWaitingOrders(db: Database, limit: number): Promise<bigint[]> {
  const rows = await db.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    SELECT id FROM orders WHERE ${isWaiting} ORDER BY placed_at, id LIMIT ${limit}`);
  return rows.map(({ id }) => id);
}

/**
 * Takes the oldest waiting orders nobody else works on. The claim ends by itself, so that the orders of a planner that
 * died are free again after a minute; by the database's clock, since all planners share that one.
 */
export async function claimWaitingOrders(
  db: Database,
  runId: string,
  limit: number,
  excluded: readonly bigint[],
): Promise<bigint[]> {
  const rows = await db.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    WITH next AS MATERIALIZED (
      SELECT id FROM orders
      WHERE ${isWaiting}
        AND ${isFreeFor(runId)}
        AND id <> ALL(${[...excluded]}::bigint[])
      ORDER BY placed_at, id
      LIMIT ${limit}
      FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE orders SET ${claimedFor(runId, CLAIM_SECONDS)}
    FROM next WHERE orders.id = next.id
    RETURNING orders.id`);
  return rows.map(({ id }) => id);
}

/** Locks the orders that are still this run's, by id; one whose claim ran out belongs to whoever took it. */
export async function lockClaimedOrders(tx: Transaction, runId: string, ids: readonly bigint[]): Promise<bigint[]> {
  const rows = await tx.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    SELECT id FROM orders
    WHERE id = ANY(${[...ids]}::bigint[]) AND ${isClaimedBy(runId)}
    ORDER BY id FOR NO KEY UPDATE`);
  return rows.map(({ id }) => id);
}

/** Ends the run's claims on these orders; those of others stay. */
export async function releaseClaims(db: Database | Transaction, runId: string, ids: readonly bigint[]): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    WITH ${lockedById("orders", Prisma.sql`id = ANY(${[...ids]}::bigint[]) AND ${isClaimedBy(runId)}`)}
    UPDATE orders SET ${unclaimed} FROM locked WHERE orders.id = locked.id`);
}
