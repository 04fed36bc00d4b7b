import { type Database, Prisma } from "@drumline/db";

import type { DispatchableRun } from "../dispatch/dispatch-runs.ts";

/**
 * Lets the oldest run that waits behind others go, one per schedule, where no other run of the schedule is open.
 * Without ids: every schedule, which is the repair sweep's question.
 */
export function releaseHeld(db: Database, scheduleIds: readonly string[] | null): Promise<DispatchableRun[]> {
  const among = scheduleIds === null ? Prisma.empty : Prisma.sql`AND waiting.schedule_id = ANY(${scheduleIds}::uuid[])`;
  return db.$queryRaw(Prisma.sql`
    UPDATE run SET held = false, dispatched_at = now()
    WHERE id IN (
      SELECT DISTINCT ON (waiting.schedule_id) waiting.id FROM run AS waiting
      WHERE waiting.held AND waiting.status = 'SCHEDULED' ${among}
        AND NOT EXISTS (
          SELECT 1 FROM run AS open
          WHERE open.schedule_id = waiting.schedule_id AND open.status IN ('SCHEDULED', 'PROCESSING') AND NOT open.held)
      ORDER BY waiting.schedule_id, waiting.due_at)
      AND held
    RETURNING id, task, queue, priority, dispatch_no AS "dispatchNo", 0 AS "delayMs"`);
}
