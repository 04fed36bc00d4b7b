import { type Database, Prisma } from "@drumline/db";

export interface Durations {
  /** Runs that were looked at. */
  readonly runs: number;
  /** 95 of 100 took no longer; null where there are none. */
  readonly p95Ms: number | null;
}

const MOST_RUNS = 200;

/** How long the last finished runs took: of a schedule, or of a task where the schedule is not there yet. */
export async function loadDurations(
  db: Database,
  of: { readonly scheduleId: string } | { readonly task: string },
): Promise<Durations> {
  const which =
    "scheduleId" in of
      ? Prisma.sql`schedule_id = ${of.scheduleId}::uuid`
      : Prisma.sql`task = ${of.task} AND origin <> 'CHUNK'`;
  const [row] = await db.$queryRaw<Durations[]>(Prisma.sql`
    SELECT count(*)::int AS runs, round(percentile_disc(0.95) WITHIN GROUP (ORDER BY took_ms))::int AS "p95Ms"
    FROM (
      SELECT extract(epoch FROM finished_at - started_at) * 1000 AS took_ms
      FROM run WHERE ${which} AND status = 'FINISHED' AND started_at IS NOT NULL
      ORDER BY created_at DESC LIMIT ${MOST_RUNS}) AS last`);
  return row!;
}
