import { type Database, literals, Prisma, type Transaction } from "@drumline/db";

import { EXCEPTION_STATES } from "../states/package-states.ts";

export const isOpen = (before: Date): Prisma.Sql =>
  Prisma.sql`reservation.type = 'INVENTORY_DISCREPANCY' AND reservation.status = 'ACTIVE' AND reservation.created_at <= ${before}`;

/**
 * Releases some of the discrepancies made until then; answers how many. Packages that failed there are due to be planned
 * again, at once. What somebody else is working on is left to them.
 */
export async function releaseDiscrepancyBatch(tx: Transaction, before: Date, limit: number, at: Date): Promise<number> {
  const released = await tx.$queryRaw<{ locationId: bigint; productId: bigint }[]>(Prisma.sql`
    UPDATE reservation SET status = 'RELEASED', released_at = ${at}, release_reason = 'DISCREPANCY_CLEARED'
    WHERE id IN (
      SELECT id FROM reservation WHERE ${isOpen(before)}
      ORDER BY created_at, id LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    RETURNING location_id AS "locationId", product_id AS "productId"`);
  await tx.$executeRaw(Prisma.sql`
    UPDATE package SET next_replan_at = ${at}
    WHERE id IN (
      SELECT package.id FROM package
      WHERE package.state IN (${EXCEPTIONS}) AND package.next_replan_at > ${at}
        AND EXISTS (
          SELECT FROM package_item held
          JOIN order_item item ON item.id = held.order_item_id
          JOIN order_execution_plan_item plan_item ON plan_item.order_item_id = item.id
          JOIN unnest(
            ${released.map(({ locationId }) => locationId)}::bigint[],
            ${released.map(({ productId }) => productId)}::bigint[]
          ) AS released(location_id, product_id) ON released.product_id = item.product_id
            AND released.location_id = ANY(plan_item.excluded_location_ids)
          WHERE held.package_id = package.id)
      FOR NO KEY UPDATE SKIP LOCKED)`);
  return released.length;
}

/** Literal words, so that the planner sees that the partial index of due packages is enough. */
const EXCEPTIONS = literals(EXCEPTION_STATES);

/** Open discrepancies made before that instant. */
export async function countDiscrepancies(db: Database, before: Date): Promise<number> {
  const [row] = await db.$queryRaw<[{ count: number }]>(Prisma.sql`
    SELECT count(*)::int AS count FROM reservation WHERE ${isOpen(before)}`);
  return row.count;
}

/** An open discrepancy as a dry run lists it. */
export interface Discrepancy {
  readonly [key: string]: string;
  readonly location: string;
  readonly sku: string;
}

/** The oldest. */
export async function listDiscrepancies(db: Database, before: Date, limit: number): Promise<Discrepancy[]> {
  return await db.$queryRaw<Discrepancy[]>(Prisma.sql`
    SELECT location.erp_code AS location, product.sku
    FROM reservation
    JOIN stock_location location ON location.id = reservation.location_id
    JOIN product ON product.id = reservation.product_id
    WHERE ${isOpen(before)} ORDER BY reservation.created_at, reservation.id LIMIT ${limit}`);
}
