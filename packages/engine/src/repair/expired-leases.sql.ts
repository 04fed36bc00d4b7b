import { type Database, Prisma } from "@drumline/db";

import type { DispatchableRun } from "../dispatch/dispatch-runs.ts";

interface ExpiredRow extends DispatchableRun {
  readonly status: string;
}

/**
 * Runs whose worker stopped showing life: tried again where tries are left, failed otherwise. The table does not grow
 * stuck rows, whatever dies (complaint C10 of the research).
 */
export async function reapExpiredLeases(
  db: Database,
  limit: number,
): Promise<{ readonly retried: DispatchableRun[]; readonly failed: number }> {
  const rows = await db.$queryRaw<ExpiredRow[]>(Prisma.sql`
    UPDATE run SET
      status = CASE
        WHEN cancel_requested_at IS NOT NULL THEN 'CANCELLED'::run_status
        WHEN attempt < max_attempts THEN 'SCHEDULED'::run_status
        ELSE 'FAILED'::run_status END,
      error = 'worker ' || coalesce(worker, 'unknown') || ' stopped showing life during try ' || attempt || ' of ' || max_attempts,
      finished_at = CASE WHEN cancel_requested_at IS NULL AND attempt < max_attempts THEN NULL ELSE now() END,
      dispatch_no = dispatch_no + 1, dispatched_at = now(), lease_token = NULL, lease_until = NULL
    WHERE id IN (SELECT id FROM run WHERE status = 'PROCESSING' AND lease_until < now() ORDER BY lease_until LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    RETURNING id, task, queue, priority, status::text, dispatch_no AS "dispatchNo", 0 AS "delayMs"`);
  return {
    retried: rows.filter(({ status }) => status === "SCHEDULED"),
    failed: rows.filter(({ status }) => status !== "SCHEDULED").length,
  };
}
