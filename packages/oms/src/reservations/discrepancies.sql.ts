import { type Database, Prisma, type Transaction } from "@drumline/db";

export const isOpen = (before: Date): Prisma.Sql =>
  Prisma.sql`reservation.type = 'INVENTORY_DISCREPANCY' AND reservation.status = 'ACTIVE' AND reservation.created_at <= ${before}`;

/** Releases some of the discrepancies made until then; answers how many. What somebody else is working on is left to them. */
export async function releaseDiscrepancyBatch(tx: Transaction, before: Date, limit: number, at: Date): Promise<number> {
  return await tx.$executeRaw(Prisma.sql`
    UPDATE reservation SET status = 'RELEASED', released_at = ${at}, release_reason = 'DISCREPANCY_CLEARED'
    WHERE id IN (
      SELECT id FROM reservation WHERE ${isOpen(before)}
      ORDER BY created_at, id LIMIT ${limit} FOR UPDATE SKIP LOCKED)`);
}

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
