import { type Database, Prisma } from "@drumline/db";

/** The run of the same configuration that still waits; null when it was picked up meanwhile. */
export async function loadScheduledTwin(db: Database, dedupeKey: string): Promise<string | null> {
  const rows = await db.$queryRaw<{ id: string }[]>(Prisma.sql`
    SELECT id FROM run WHERE dedupe_key = ${dedupeKey} AND status = 'SCHEDULED' LIMIT 1`);
  return rows[0]?.id ?? null;
}
