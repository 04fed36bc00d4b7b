import { type Database, Prisma } from "@drumline/db";

/** The open run of a schedule that is due longest. */
export interface OldestOpenRun {
  readonly scheduleId: string;
  readonly status: "SCHEDULED" | "PROCESSING";
  readonly dueAt: Date;
  /** Since when it may be late: its due instant, or when the last maintenance window let it go. */
  readonly lateFrom: Date;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly startedAt: Date | null;
  readonly nextAttemptAt: Date | null;
  readonly reasonCode: string | null;
  readonly reason: string | null;
  /** What its last try, or the snooze it is in, said. */
  readonly error: string | null;
  readonly worker: string | null;
}

/** One look into the index per enabled schedule, however many runs wait. Runs that are held wait on purpose. */
export function loadOldestOpenRuns(db: Database): Promise<OldestOpenRun[]> {
  return db.$queryRaw<OldestOpenRun[]>(Prisma.sql`
    SELECT oldest.* FROM schedule CROSS JOIN LATERAL (
      SELECT schedule_id AS "scheduleId", status::text, due_at AS "dueAt", greatest(due_at, resumed_at) AS "lateFrom", attempt, max_attempts AS "maxAttempts",
        started_at AS "startedAt", next_attempt_at AS "nextAttemptAt", reason_code AS "reasonCode", reason, error, worker
      FROM run
      WHERE run.schedule_id = schedule.id AND status IN ('SCHEDULED', 'PROCESSING') AND NOT held AND due_at IS NOT NULL
      ORDER BY due_at LIMIT 1) AS oldest
    WHERE schedule.deleted_at IS NULL`);
}
