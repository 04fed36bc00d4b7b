import { type Database, Prisma } from "@drumline/db";

export interface LastRun {
  readonly scheduleId: string;
  readonly id: string;
  readonly status: string;
  readonly dueAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly reason: string | null;
}

/** The newest occurrence of these schedules, or of each: one index look-up apiece, however long the history is. */
export async function loadLastRuns(
  db: Database,
  scheduleIds: readonly string[] | null = null,
): Promise<Map<string, LastRun>> {
  const among = scheduleIds === null ? Prisma.empty : Prisma.sql`WHERE schedule.id = ANY(${scheduleIds}::uuid[])`;
  const rows = await db.$queryRaw<LastRun[]>(Prisma.sql`
    SELECT schedule.id AS "scheduleId", last.id, last.status, last.due_at AS "dueAt", last.started_at AS "startedAt", last.finished_at AS "finishedAt", last.reason
    FROM schedule CROSS JOIN LATERAL (
      SELECT id, status::text, due_at, started_at, finished_at, coalesce(error, reason) AS reason
      FROM run WHERE run.schedule_id = schedule.id AND due_at IS NOT NULL
      ORDER BY due_at DESC LIMIT 1) AS last ${among}`);
  return new Map(rows.map((row) => [row.scheduleId, row]));
}
