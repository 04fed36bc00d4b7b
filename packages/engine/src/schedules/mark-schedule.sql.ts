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

interface Flaggable {
  readonly id: string;
}

/** Not a change of the schedule: neither its version nor its clock moves. */
export async function flagSchedules(db: Database, schedules: readonly Flaggable[]): Promise<void> {
  if (schedules.length === 0) return;
  await db.$executeRaw(Prisma.sql`
    UPDATE schedule SET disabled_reason = 'no living beat knows its task ' || task || '; it goes on by itself once one does'
    WHERE enabled AND id IN (SELECT id FROM schedule WHERE id = ANY(${schedules.map(({ id }) => id)}::uuid[]) ORDER BY id FOR UPDATE)`);
}

export async function clearFlags(db: Database, schedules: readonly Flaggable[]): Promise<void> {
  if (schedules.length === 0) return;
  await db.$executeRaw(Prisma.sql`
    UPDATE schedule SET disabled_reason = NULL
    WHERE enabled AND id IN (SELECT id FROM schedule WHERE id = ANY(${schedules.map(({ id }) => id)}::uuid[]) ORDER BY id FOR UPDATE)`);
}
