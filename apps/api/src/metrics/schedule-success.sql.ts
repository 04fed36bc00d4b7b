import { nextDue } from "@drumline/core/scheduling";
import { type Database, Prisma } from "@drumline/db";
import { loadSchedules } from "@drumline/engine";

/** How a schedule that should run has done. */
export interface ScheduleSuccess {
  readonly schedule: string;
  /** When its last run that finished did so; null where none of its newest occurrences did. */
  readonly succeededAt: Date | null;
  /** From its next occurrence to the one after it. */
  readonly periodMs: number | null;
}

/** Occurrences that are looked at of each: one that has failed for longer has no last success to speak of. */
const MOST_LOOKED_AT = 200;

/** Of each schedule that is on and not paused: one index look-up apiece where it does well. */
export async function loadScheduleSuccess(db: Database, now: Date): Promise<ScheduleSuccess[]> {
  const schedules = (await loadSchedules(db)).filter(
    ({ enabled, pausedAt, pausedUntil }) =>
      enabled && (pausedAt === null || (pausedUntil !== null && pausedUntil <= now)),
  );
  const rows = await db.$queryRaw<{ id: string; succeededAt: Date }[]>(Prisma.sql`
    SELECT asked.id, last.finished_at AS "succeededAt"
    FROM unnest(${schedules.map(({ id }) => id)}::uuid[]) AS asked(id) CROSS JOIN LATERAL (
      SELECT finished_at FROM (
        SELECT status, finished_at, due_at FROM run WHERE run.schedule_id = asked.id AND due_at IS NOT NULL
        ORDER BY due_at DESC LIMIT ${MOST_LOOKED_AT}) AS newest
      WHERE status = 'FINISHED' ORDER BY due_at DESC LIMIT 1) AS last`);
  const byId = new Map(rows.map(({ id, succeededAt }) => [id, succeededAt]));
  return schedules.map(({ id, key, trigger, anchorAt }) => {
    const next = nextDue(trigger, now, anchorAt);
    const second = next === null ? null : nextDue(trigger, next, anchorAt);
    const periodMs = next === null || second === null ? null : second.getTime() - next.getTime();
    return { schedule: key, succeededAt: byId.get(id) ?? null, periodMs };
  });
}
