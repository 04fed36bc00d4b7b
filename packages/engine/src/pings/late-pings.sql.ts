import { type Database, Prisma } from "@drumline/db";

/** Whether any schedule has a ping URL: where none has, nobody need look for late ones. */
export async function hasPingUrls(db: Database): Promise<boolean> {
  const rows = await db.$queryRaw<unknown[]>(Prisma.sql`
    SELECT 1 FROM schedule WHERE ping_url IS NOT NULL AND enabled AND deleted_at IS NULL LIMIT 1`);
  return rows.length > 0;
}

/** Of these late occurrences those that no worker has told a ping URL of yet; they are this one's to tell. */
export function claimLatePings(
  db: Database,
  late: readonly { readonly schedule: string; readonly dueAt: Date }[],
): Promise<{ readonly key: string; readonly pingUrl: string }[]> {
  return db.$queryRaw(Prisma.sql`
    WITH late AS (
      SELECT schedule.id, l.due_at FROM schedule
      JOIN unnest(${late.map(({ schedule }) => schedule)}::text[], ${late.map(({ dueAt }) => dueAt)}::timestamptz[]) AS l(key, due_at)
        ON l.key = schedule.key
      WHERE ping_url IS NOT NULL AND enabled AND deleted_at IS NULL
        AND (pinged_late_due_at IS NULL OR pinged_late_due_at < date_trunc('milliseconds', l.due_at))
      ORDER BY schedule.id FOR UPDATE OF schedule SKIP LOCKED)
    UPDATE schedule SET pinged_late_due_at = late.due_at FROM late WHERE schedule.id = late.id
    RETURNING schedule.key, ping_url AS "pingUrl"`);
}
