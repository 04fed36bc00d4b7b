import { type Database, Prisma, type Transaction } from "@drumline/db";

interface PauseMark {
  readonly at: Date;
  readonly until: Date | null;
  readonly by: string;
  readonly reason: string;
}

export async function markPaused(tx: Transaction, id: string, { at, until, by, reason }: PauseMark): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    UPDATE schedule SET paused_at = ${at}::timestamptz, paused_until = ${until}::timestamptz, paused_by = ${by},
      paused_reason = ${reason}, version = version + 1, updated_at = now()
    WHERE id = ${id}::uuid`);
}

export async function markResumed(tx: Transaction, id: string): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    UPDATE schedule SET paused_at = NULL, paused_until = NULL, paused_by = NULL, paused_reason = NULL,
      version = version + 1, updated_at = now()
    WHERE id = ${id}::uuid`);
}

/** Disabled with it, so that a tick that is under way finds nothing to do. */
export async function markDeleted(tx: Transaction, id: string, now: Date): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    UPDATE schedule SET deleted_at = ${now}::timestamptz, enabled = false, disabled_reason = 'deleted', content_hash = '',
      version = version + 1, updated_at = now()
    WHERE id = ${id}::uuid`);
}

/** An old pause is not the new schedule's. */
export async function markRevived(tx: Transaction, id: string): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    UPDATE schedule SET deleted_at = NULL, paused_at = NULL, paused_until = NULL, paused_by = NULL, paused_reason = NULL
    WHERE id = ${id}::uuid`);
}

/** A schedule that is enabled and does not run, and why. */
export interface Flag {
  readonly id: string;
  readonly reason: string;
}

/** Not a change of the schedule: neither its version nor its clock moves. Answers the ids of those that did not say so before. */
export async function flagSchedules(db: Database, flags: readonly Flag[]): Promise<ReadonlySet<string>> {
  if (flags.length === 0) return new Set();
  const rows = await db.$queryRaw<{ id: string }[]>(Prisma.sql`
    WITH flag AS (
      SELECT schedule.id, flag.reason
      FROM schedule JOIN unnest(${flags.map(({ id }) => id)}::uuid[], ${flags.map(({ reason }) => reason)}::text[]) AS flag(id, reason)
        ON schedule.id = flag.id AND schedule.enabled AND schedule.disabled_reason IS DISTINCT FROM flag.reason
      ORDER BY schedule.id FOR UPDATE OF schedule)
    UPDATE schedule SET disabled_reason = flag.reason FROM flag WHERE schedule.id = flag.id RETURNING schedule.id`);
  return new Set(rows.map(({ id }) => id));
}

export async function clearFlags(db: Database, schedules: readonly { readonly id: string }[]): Promise<void> {
  if (schedules.length === 0) return;
  await db.$executeRaw(Prisma.sql`
    UPDATE schedule SET disabled_reason = NULL
    WHERE enabled AND id IN (SELECT id FROM schedule WHERE id = ANY(${schedules.map(({ id }) => id)}::uuid[]) ORDER BY id FOR UPDATE)`);
}
