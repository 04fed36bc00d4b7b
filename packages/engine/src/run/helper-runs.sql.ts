import { type Database, Prisma } from "@drumline/db";

import type { InsertedRun } from "../ledger/insert-runs.sql.ts";
import { RUN_POLICY_COLUMNS } from "../ledger/policy-columns.sql.ts";
import type { ClaimedRun } from "./claim-runs.sql.ts";

/**
 * Writes helpers of a run under these ids, numbered from 1, in the statement that notes that it has asked: a run gets its
 * helpers once, however often it comes back, and each number is there once.
 */
export function insertHelpers(
  db: Database,
  { id, leaseToken }: Pick<ClaimedRun, "id" | "leaseToken">,
  helperIds: readonly string[],
): Promise<InsertedRun[]> {
  return db.$queryRaw(Prisma.sql`
    WITH parent AS (
      UPDATE run SET fanned_out_at = now()
      WHERE id = ${id}::uuid AND lease_token = ${leaseToken}::uuid AND status = 'PROCESSING'
        AND fanned_out_at IS NULL AND cancel_requested_at IS NULL
      RETURNING *)
    INSERT INTO run (
      id, schedule_id, task, queue, args, origin, status, clock_at, dry_run, ${RUN_POLICY_COLUMNS},
      parent_id, chunk_no, dispatch_no, dispatched_at)
    SELECT
      helper.id, schedule_id, task, queue, args, 'CHUNK', 'SCHEDULED', clock_at, dry_run, ${RUN_POLICY_COLUMNS},
      parent.id, helper.no, 1, now()
    FROM parent, unnest(${helperIds}::uuid[]) WITH ORDINALITY AS helper(id, no)
    ON CONFLICT DO NOTHING
    RETURNING id, task, queue, priority, status::text, held`);
}

/**
 * Ends the helpers that have not begun of runs that were told to wait: they would ask the same outside system at once.
 * Those that are at it meet its answer themselves.
 */
export function withdrawHelpers(db: Database, parentIds: readonly string[]): Promise<number> {
  return db.$executeRaw(Prisma.sql`
    WITH helper AS (
      SELECT id FROM run WHERE parent_id = ANY(${parentIds}::uuid[]) AND status = 'SCHEDULED' ORDER BY id FOR UPDATE)
    UPDATE run SET
      status = 'CANCELLED', finished_at = now(), next_attempt_at = NULL,
      reason_code = 'GAVE_WAY', reason = 'the run it helps was told to wait, and goes on by itself'
    FROM helper WHERE run.id = helper.id`);
}
