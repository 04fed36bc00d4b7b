import { type Database, Prisma } from "@drumline/db";

export interface LateRun {
  readonly schedule: string;
  readonly dueAt: Date;
}

const MOST = 1_000;

/** Runs of schedules that should have begun: first tries only, since a retry waits on purpose. */
export async function loadLateRuns(db: Database, now: Date): Promise<LateRun[]> {
  return db.$queryRaw<LateRun[]>(Prisma.sql`
    SELECT schedule.key AS schedule, run.due_at AS "dueAt"
    FROM run JOIN schedule ON schedule.id = run.schedule_id
    WHERE run.status = 'SCHEDULED' AND NOT run.held AND run.attempt = 0
      AND run.due_at + schedule.grace_ms * interval '1 millisecond' < ${now}::timestamptz
    ORDER BY run.due_at LIMIT ${MOST}`);
}
