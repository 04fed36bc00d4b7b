import { type Database, Prisma } from "@drumline/db";

/** Says that a held listing was right, so that the next one is measured against it. False where no such cycle is held. */
export async function confirmCycle(db: Database, id: bigint, by: string, at: Date): Promise<boolean> {
  const confirmed = await db.$executeRaw(Prisma.sql`
    UPDATE user_audit_cycle SET status = 'CONFIRMED', confirmed_by = ${by}, confirmed_at = ${at}
    WHERE id = ${id} AND status = 'HELD'`);
  return confirmed === 1;
}
