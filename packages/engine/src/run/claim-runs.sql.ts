import type { JsonObject, RunIdentity, RunPolicies } from "@drumline/core/task";
import { type Database, Prisma } from "@drumline/db";

import { READ_RUN_POLICIES } from "../ledger/policy-columns.sql.ts";
import { isHeldBy, PERIODS_IN_FORCE, WAITING_REASON, WAITS_FOR_MAINTENANCE } from "../maintenance/periods.sql.ts";
import { lockById } from "./lock-by-id.sql.ts";

/** A run this worker holds the lease of. */
export interface ClaimedRun extends RunPolicies {
  readonly id: string;
  readonly leaseToken: string;
  readonly task: string;
  readonly queue: string;
  readonly scheduleId: string | null;
  readonly args: JsonObject;
  /** Of a helper, that of the run it helps. */
  readonly dueAt: Date | null;
  readonly clockAt: Date | null;
  readonly dryRun: boolean;
  readonly attempt: number;
  readonly parentId: string | null;
  readonly chunkNo: number | null;
  /** Its worker died with it twice: it must not take others with it. */
  readonly runsAlone: boolean;
  /** Log lines that earlier tries have left. */
  readonly logLines: number;
  /** Its first start, of whichever try, by the database's clock. */
  readonly startedAt: Date;
  /** Of its schedule, where its clock made the run: a start by hand or a backfill says nothing of the clock. A secret. */
  readonly pingUrl: string | null;
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
 * Takes the leases of these runs in one statement, which locks rows in the order of their ids. Null where there is
 * nothing to do: the run ended, waits behind another or for a maintenance window's end, or has a holder. A run whose holder died is not taken over: it is
 * reaped first, so that its death is counted and it goes out again after a pause. The try is counted here, before the
 * work, so that one that kills its worker is counted too.
 */
export async function claimRuns(
  db: Database,
  claims: readonly { runId: string; leaseToken: string }[],
  { worker, leaseMs }: { worker: string; leaseMs: number },
): Promise<(ClaimedRun | null)[]> {
  const rows = await db.$queryRaw<ClaimedRun[]>(Prisma.sql`
    WITH asked AS (
      SELECT * FROM unnest(${claims.map(({ runId }) => runId)}::uuid[], ${claims.map(({ leaseToken }) => leaseToken)}::uuid[]) AS asked(id, token)
      ORDER BY id),
    period AS MATERIALIZED (${PERIODS_IN_FORCE}),
    claim AS (
      SELECT asked.id, asked.token, pinged.ping_url,
        (SELECT ${WAITING_REASON} FROM period WHERE ${isHeldBy("locked")} ORDER BY ends_at DESC, id LIMIT 1) AS why_it_waits
      FROM asked CROSS JOIN ${lockById("asked")} AS locked
      LEFT JOIN schedule AS pinged ON pinged.id = locked.schedule_id AND pinged.ping_url IS NOT NULL AND locked.due_at IS NOT NULL
      WHERE locked.status = 'SCHEDULED' AND NOT locked.held AND locked.cancel_requested_at IS NULL),
    waits AS (
      UPDATE run SET reason_code = ${WAITS_FOR_MAINTENANCE}, reason = claim.why_it_waits
      FROM claim WHERE run.id = claim.id AND claim.why_it_waits IS NOT NULL)
    UPDATE run SET
      status = 'PROCESSING', attempt = attempt + 1, lease_token = claim.token, lease_until = now() + ${leaseMs} * interval '1 ms',
      worker = ${worker}, started_at = coalesce(started_at, now()), next_attempt_at = NULL,
      reason = CASE WHEN reason_code IN ('NO_WORKER', 'MAINTENANCE') THEN NULL ELSE reason END,
      reason_code = nullif(nullif(reason_code, 'NO_WORKER'), 'MAINTENANCE')
    FROM claim WHERE run.id = claim.id AND claim.why_it_waits IS NULL
    RETURNING run.id, lease_token AS "leaseToken", task, queue, schedule_id AS "scheduleId", args, coalesce(due_at, (SELECT due_at FROM run AS parent WHERE parent.id = run.parent_id)) AS "dueAt", clock_at AS "clockAt",
      dry_run AS "dryRun", attempt, ${READ_RUN_POLICIES}, parent_id AS "parentId", chunk_no AS "chunkNo",
      runs_alone AS "runsAlone", log_lines AS "logLines", started_at AS "startedAt", claim.ping_url AS "pingUrl"`);
  const byToken = new Map(rows.map((row) => [row.leaseToken, row]));
  return claims.map(({ leaseToken }) => byToken.get(leaseToken) ?? null);
}
