import { type Database, Prisma } from "@drumline/db";

/** Since when the run that has waited longest in each of these queues waits for a worker; a queue without one is left out. */
export async function loadOldestWaiting(db: Database, queues: readonly string[]): Promise<ReadonlyMap<string, Date>> {
  // Held ones wait for another run, and those between two tries for their time: no worker is missing.
  const rows = await db.$queryRaw<{ queue: string; since: Date }[]>(Prisma.sql`
    SELECT name AS queue, oldest.created_at AS since
    FROM unnest(${[...queues]}::text[]) AS name CROSS JOIN LATERAL (
      SELECT created_at FROM run
      WHERE status = 'SCHEDULED' AND queue = name AND NOT held AND coalesce(next_attempt_at <= now(), TRUE)
      ORDER BY created_at LIMIT 1) AS oldest`);
  return new Map(rows.map(({ queue, since }) => [queue, since]));
}
