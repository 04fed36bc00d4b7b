import { claimedFor, type Database, isFreeFor, literals, Prisma } from "@drumline/db";

import { STOPPED_STATES } from "../../states/derive-order.ts";
import type { PackageState } from "../../states/index.ts";

const CLAIM_SECONDS = 60;

/** Which packages a task plans again. */
export interface ReplanScope {
  readonly states: readonly PackageState[];
  readonly now: Date;
}

/**
 * Due packages of active orders without an open cancellation. The states stand in the text, so that
 * Postgres sees that the partial index of due packages holds them all.
 */
export const isDue = ({ states, now }: ReplanScope): Prisma.Sql => Prisma.sql`
  package.state IN (${literals(states)}) AND package.next_replan_at <= ${now}
  AND orders.state NOT IN (${literals([...STOPPED_STATES, "CANCELLED", "REFUNDED"])})
  AND NOT EXISTS (
    SELECT FROM cancellation_plan wish
    WHERE wish.order_id = orders.id AND wish.status IN ('WAITING', 'PROCESSING'))
  AND NOT EXISTS (
    SELECT FROM package_item JOIN order_item ON order_item.id = package_item.order_item_id
    WHERE package_item.package_id = package.id AND package_item.state <> 'CANCELLED'
      AND order_item.state IN ('CANCELLATION_WAITING', 'CANCELLED', 'REFUNDED', 'INACTIVE'))`;

/** Due packages, counted up to `most`. */
export async function countDuePackages(db: Database, scope: ReplanScope, most: number): Promise<number> {
  const [row] = await db.$queryRaw<[{ count: number }]>(Prisma.sql`
    SELECT count(*)::int AS count FROM (
      SELECT FROM package JOIN orders ON orders.id = package.order_id WHERE ${isDue(scope)} LIMIT ${most}) due`);
  return row.count;
}

/** The orders of the longest due packages, whoever works on them; for a dry run. */
export async function findReplanOrders(db: Database, scope: ReplanScope, limit: number): Promise<bigint[]> {
  const rows = await db.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    SELECT orders.id FROM package JOIN orders ON orders.id = package.order_id
    WHERE ${isDue(scope)} ORDER BY package.next_replan_at, package.id LIMIT ${limit}`);
  return [...new Set(rows.map(({ id }) => id))];
}

/**
 * Takes the orders of the longest due packages that nobody else works on. The claim is the planner's own, so that an
 * order is planned, replanned and retried by one at a time.
 */
export async function claimReplanOrders(
  db: Database,
  runId: string,
  scope: ReplanScope,
  limit: number,
  excluded: readonly bigint[],
): Promise<bigint[]> {
  const rows = await db.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    WITH next AS MATERIALIZED (
      SELECT orders.id FROM package JOIN orders ON orders.id = package.order_id
      WHERE ${isDue(scope)}
        AND ${isFreeFor(runId, "orders")}
        AND orders.id <> ALL(${[...excluded]}::bigint[])
      ORDER BY package.next_replan_at, package.id
      LIMIT ${limit}
      FOR NO KEY UPDATE OF orders SKIP LOCKED
    )
    UPDATE orders SET ${claimedFor(runId, CLAIM_SECONDS)}
    WHERE id IN (SELECT id FROM next)
    RETURNING orders.id`);
  return rows.map(({ id }) => id);
}
