import { type Database, isDataError, Prisma } from "@drumline/db";

/**
 * Runs that wait for another try are SCHEDULED again, so that one of their configuration is not added meanwhile (Alumio's
 * rule). Where one waits already, that was added while this one was worked on, it keeps the key and this one has none: of
 * the two neither is given up. One statement per run, since each may lose against the unique index, and may wait for
 * whoever adds runs in a transaction and holds several keys.
 */
export async function keepDedupeKeys(
  db: Database,
  runs: readonly { readonly id: string; readonly dedupeKey: string | null }[],
): Promise<void> {
  for (const { id, dedupeKey } of runs) {
    if (dedupeKey === null) continue;
    try {
      await db.$executeRaw(Prisma.sql`
        UPDATE run SET dedupe_key = ${dedupeKey} WHERE id = ${id}::uuid AND status = 'SCHEDULED'
          AND NOT EXISTS (SELECT FROM run AS twin WHERE twin.dedupe_key = ${dedupeKey} AND twin.status = 'SCHEDULED')`);
    } catch (error) {
      // Added at this very moment.
      if (!isDataError(error)) throw error;
    }
  }
}
