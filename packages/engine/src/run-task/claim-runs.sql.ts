import type { JsonObject, RunIdentity } from "@drumline/core/task";
import { type Database, Prisma } from "@drumline/db";

/** A run this worker holds the lease of. */
export interface ClaimedRun {
  readonly id: string;
  readonly leaseToken: string;
  readonly task: string;
  readonly queue: string;
  readonly scheduleId: string | null;
  readonly args: JsonObject;
  readonly dueAt: Date | null;
  readonly clockAt: Date | null;
  readonly dryRun: boolean;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly backoffMs: number;
  readonly timeoutMs: number;
  readonly priority: number;
  readonly recordLimit: number | null;
  readonly parentId: string | null;
  readonly chunkNo: number | null;
  /** Log lines that earlier tries have left. */
  readonly logLines: number;
}

/** As its handler sees it. */
export const toIdentity = ({ id, task, attempt, dueAt, parentId, chunkNo }: ClaimedRun): RunIdentity => ({
  id,
  task,
  attempt,
  dueAt,
  chunk: parentId === null ? null : { no: chunkNo ?? 0, parentId },
});

/**
 * Takes the leases of these runs in one statement. Null where there is nothing to do: the run ended, waits behind
 * another, or someone else is alive and at it. Rows are locked in the order of their ids. A run whose holder died is taken over, as long as tries are left.
 */
export async function claimRuns(
  db: Database,
  claims: readonly { runId: string; leaseToken: string }[],
  { worker, leaseMs }: { worker: string; leaseMs: number },
): Promise<(ClaimedRun | null)[]> {
  const rows = await db.$queryRaw<ClaimedRun[]>(Prisma.sql`
    WITH claim AS (
      SELECT run.id, c.token
      FROM run JOIN unnest(${claims.map(({ runId }) => runId)}::uuid[], ${claims.map(({ leaseToken }) => leaseToken)}::uuid[]) AS c(id, token) ON c.id = run.id
      WHERE NOT held AND cancel_requested_at IS NULL
        AND (status = 'SCHEDULED' OR (status = 'PROCESSING' AND lease_until < now() AND attempt < max_attempts))
      ORDER BY run.id FOR UPDATE OF run)
    UPDATE run SET
      status = 'PROCESSING', attempt = attempt + 1, lease_token = claim.token, lease_until = now() + ${leaseMs} * interval '1 ms',
      worker = ${worker}, started_at = coalesce(started_at, now()), next_attempt_at = NULL, dedupe_key = NULL,
      reason = CASE WHEN reason_code = 'NO_WORKER' THEN NULL ELSE reason END, reason_code = nullif(reason_code, 'NO_WORKER')
    FROM claim WHERE run.id = claim.id
    RETURNING run.id, lease_token AS "leaseToken", task, queue, schedule_id AS "scheduleId", args, due_at AS "dueAt", clock_at AS "clockAt",
      dry_run AS "dryRun", attempt, max_attempts AS "maxAttempts", backoff_ms::float8 AS "backoffMs", timeout_ms::float8 AS "timeoutMs",
      priority, record_limit AS "recordLimit", parent_id AS "parentId", chunk_no AS "chunkNo", log_lines AS "logLines"`);
  const byToken = new Map(rows.map((row) => [row.leaseToken, row]));
  return claims.map(({ leaseToken }) => byToken.get(leaseToken) ?? null);
}
