import type { QueueBackend } from "@drumline/core/queue";
import { type Database, Prisma } from "@drumline/db";

import { type DispatchableRun, dispatchRuns } from "../dispatch/dispatch-runs.ts";
import { keepDedupeKeys } from "./keep-dedupe-keys.sql.ts";
import { DEATHS_BEFORE_ALONE, LONGEST_BACKOFF_MS } from "./plan-ending.ts";

interface ReapedRow extends DispatchableRun {
  readonly status: string;
  readonly dedupeKey: string | null;
}

/**
 * Takes runs from workers that stopped showing life: tried again after a pause where tries are left, failed otherwise, so
 * that the table does not grow stuck rows, whatever dies (complaint C10 of the research). The claim has counted the try
 * already; the death is noted beside it, for nobody knows yet which of a dead worker's runs killed it. The pause is
 * `backoffAfter` of core, said in SQL, since one statement does it all; and the second death sends a run out alone.
 */
export async function reapDeadRuns(db: Database, limit: number): Promise<readonly ReapedRow[]> {
  return db.$queryRaw<ReapedRow[]>(Prisma.sql`
    WITH dead AS (
      SELECT id, dedupe_key,
        CASE
          WHEN cancel_requested_at IS NOT NULL THEN 'CANCELLED'::run_status
          WHEN attempt < max_attempts THEN 'SCHEDULED'::run_status
          ELSE 'FAILED'::run_status END AS becomes,
        round(least(backoff_ms * 2.0 ^ least(attempt - 1, 30), ${LONGEST_BACKOFF_MS}) * (0.5 + random()::numeric / 2))::float8 AS delay_ms,
        'worker ' || coalesce(worker, 'unknown') || ' stopped showing life during try ' || attempt || ' of ' || max_attempts AS cause
      FROM run WHERE status = 'PROCESSING' AND lease_until < now() ORDER BY lease_until LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    UPDATE run SET
      status = dead.becomes, error = dead.cause,
      deaths = deaths + 1, last_death = dead.cause, last_death_at = now(), runs_alone = deaths + 1 >= ${DEATHS_BEFORE_ALONE},
      finished_at = CASE WHEN dead.becomes = 'SCHEDULED' THEN NULL ELSE now() END,
      next_attempt_at = CASE WHEN dead.becomes = 'SCHEDULED' THEN now() + dead.delay_ms * interval '1 ms' END,
      ping_owed = dead.becomes <> 'SCHEDULED' AND due_at IS NOT NULL
        AND EXISTS (SELECT 1 FROM schedule WHERE schedule.id = run.schedule_id AND ping_url IS NOT NULL),
      dispatch_no = dispatch_no + 1, dispatched_at = now(), lease_token = NULL, lease_until = NULL,
      dedupe_key = NULL
    FROM dead WHERE run.id = dead.id
    RETURNING run.id, task, queue, priority, run.status::text, dispatch_no AS "dispatchNo", dead.delay_ms AS "delayMs",
      dead.dedupe_key AS "dedupeKey"`);
}

/** Reaps what there is to reap, puts back on the queue what is tried again, and says how many runs there were. */
export async function reapAndDispatch(
  { db, backend }: { readonly db: Database; readonly backend: QueueBackend },
  limit: number,
): Promise<number> {
  const reaped = await reapDeadRuns(db, limit);
  const again = reaped.filter(({ status }) => status === "SCHEDULED");
  await keepDedupeKeys(db, again);
  await dispatchRuns(backend, again);
  return reaped.length;
}
