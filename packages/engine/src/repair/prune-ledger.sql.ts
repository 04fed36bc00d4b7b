import { type Database, Prisma } from "@drumline/db";

/** Deletes ended runs (and with them their lines) past their time, in bounded batches. */
export async function pruneLedger(
  db: Database,
  { olderThanDays, limit }: { olderThanDays: number; limit: number },
): Promise<number> {
  return db.$executeRaw(Prisma.sql`
    DELETE FROM run WHERE id IN (
      SELECT id FROM run
      WHERE created_at < now() - ${olderThanDays} * interval '1 day' AND status NOT IN ('SCHEDULED', 'PROCESSING')
      ORDER BY created_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)`);
}
