import { type Database, Prisma } from "@drumline/db";

/** A run that ended with its worker, and whom to tell. */
export interface OwedPing {
  readonly runId: string;
  readonly task: string;
  readonly dueAt: Date;
  readonly status: string;
  readonly attempt: number;
  readonly pingUrl: string;
}

const AT_ONCE = 100;

/**
 * Runs of whose end nobody has been told, since whoever reaped them may have been a beat; they are this worker's to tell.
 * Read from `run_deaths`, in its order; a day later nobody wants to know.
 */
export function claimOwedPings(db: Database): Promise<OwedPing[]> {
  return db.$queryRaw(Prisma.sql`
    WITH owed AS (
      SELECT id FROM run WHERE last_death_at > now() - interval '1 day' AND ping_owed
      ORDER BY last_death_at LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED)
    UPDATE run SET ping_owed = false FROM owed, schedule
    WHERE run.id = owed.id AND schedule.id = run.schedule_id AND schedule.ping_url IS NOT NULL
    RETURNING run.id AS "runId", run.task, due_at AS "dueAt", status::text, attempt, ping_url AS "pingUrl"`);
}
