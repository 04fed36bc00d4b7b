import { Prisma, type Transaction } from "@drumline/db";

import type { OpenRun } from "./plan-occurrences.ts";

interface OpenRunRow extends OpenRun {
  readonly schedule_id: string;
}

/**
 * Whether locked schedules have runs that wait or are worked on: at most one of each, however many line up. A statement of
 * its own: it must see what was committed while the lock was awaited. Backfilled runs that wait for each other are left
 * out: a hundred of them must not keep the clock from its own runs.
 */
export async function loadOpenRuns(tx: Transaction, scheduleIds: readonly string[]): Promise<Map<string, OpenRun[]>> {
  const rows = await tx.$queryRaw<OpenRunRow[]>(Prisma.sql`
    SELECT DISTINCT schedule_id, status::text FROM run
    WHERE schedule_id = ANY(${scheduleIds}::uuid[]) AND status IN ('SCHEDULED', 'PROCESSING')
      AND NOT (held AND origin = 'BACKFILL')`);
  const bySchedule = new Map<string, OpenRun[]>();
  for (const { schedule_id, status } of rows) {
    const open = bySchedule.get(schedule_id);
    if (open === undefined) bySchedule.set(schedule_id, [{ status }]);
    else open.push({ status });
  }
  return bySchedule;
}

/** Which of these configurations have a run that waits, whoever started it. */
export async function loadWaitingConfigurations(tx: Transaction, dedupeKeys: readonly string[]): Promise<Set<string>> {
  if (dedupeKeys.length === 0) return new Set();
  const rows = await tx.$queryRaw<{ dedupe_key: string }[]>(Prisma.sql`
    SELECT dedupe_key FROM run WHERE status = 'SCHEDULED' AND dedupe_key = ANY(${dedupeKeys}::text[])`);
  return new Set(rows.map(({ dedupe_key }) => dedupe_key));
}

/** Moves the marks forward, never back. */
export async function saveLastDue(
  tx: Transaction,
  marks: readonly { scheduleId: string; dueAt: Date }[],
): Promise<void> {
  if (marks.length === 0) return;
  await tx.$executeRaw(Prisma.sql`
    UPDATE schedule SET last_due_at = greatest(schedule.last_due_at, mark.due_at)
    FROM unnest(${marks.map(({ scheduleId }) => scheduleId)}::uuid[], ${marks.map(({ dueAt }) => dueAt)}::timestamptz[]) AS mark(id, due_at)
    WHERE schedule.id = mark.id`);
}
