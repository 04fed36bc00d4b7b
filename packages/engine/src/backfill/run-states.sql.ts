import { type Database, Prisma } from "@drumline/db";

/** Occurrences in [from, to] that have run or are about to, by their instant in epoch milliseconds; dry runs count for nothing. */
export async function loadRunStates(
  db: Database,
  scheduleId: string,
  from: Date,
  to: Date,
): Promise<Map<number, "finished" | "open">> {
  const rows = await db.$queryRaw<{ at: Date; isFinished: boolean }[]>(Prisma.sql`
    SELECT at, bool_or(status = 'FINISHED') AS "isFinished" FROM (
      SELECT due_at AS at, status FROM run
      WHERE schedule_id = ${scheduleId}::uuid AND due_at BETWEEN ${from} AND ${to}
        AND status IN ('SCHEDULED', 'PROCESSING', 'FINISHED')
      UNION ALL
      SELECT clock_at, status FROM run
      WHERE schedule_id = ${scheduleId}::uuid AND clock_at BETWEEN ${from} AND ${to} AND origin = 'BACKFILL'
        AND status IN ('SCHEDULED', 'PROCESSING', 'FINISHED')
    ) AS known GROUP BY at`);
  return new Map(rows.map(({ at, isFinished }) => [at.getTime(), isFinished ? "finished" : "open"]));
}

/** The oldest row the ledger still has; null when it has none. */
export async function loadLedgerStart(db: Database): Promise<Date | null> {
  const [row] = await db.$queryRaw<[{ at: Date | null }]>(Prisma.sql`SELECT min(created_at) AS at FROM run`);
  return row.at;
}
