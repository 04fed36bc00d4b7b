import { type Database, Prisma, type Transaction } from "@drumline/db";

import type { KnownStatus, PlannedStatus } from "./plan-status.ts";

/** A watched API: what is asked, what is expected, what was found last. */
export interface WatchedApi extends KnownStatus {
  readonly id: bigint;
  readonly name: string;
  readonly url: string;
  readonly method: string;
  /** Values may be `env:NAME` or sealed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly expectedStatus: number;
  readonly bodyMatch: string | null;
  readonly timeoutMs: number;
  readonly recipients: readonly string[];
  readonly checkedAt: Date | null;
}

/** APIs that are checked, of the table `api_status`. */
const isWatched = Prisma.sql`is_active`;

export async function loadWatchedApis(db: Database, limit: number | null): Promise<WatchedApi[]> {
  return await db.$queryRaw<WatchedApi[]>(Prisma.sql`
    SELECT id, name, url, method, headers, body, expected_status AS "expectedStatus", body_match AS "bodyMatch",
      timeout_ms AS "timeoutMs", recipients, state::text, state_since AS "stateSince",
      consecutive_failures AS "consecutiveFailures", failures_to_down AS "failuresToDown", checked_at AS "checkedAt"
    FROM api_status WHERE ${isWatched} ORDER BY checked_at NULLS FIRST, id LIMIT ${limit}`);
}

/** What one check found. */
export interface Probe {
  readonly isOk: boolean;
  readonly actualStatus: number | null;
  readonly latencyMs: number;
  /** Why it is not as expected. */
  readonly error: string | null;
}

/** Records a check and what it means; false when another run has checked the API in the meantime. */
export async function saveCheck(
  tx: Transaction,
  api: WatchedApi,
  { probe, planned, at }: { probe: Probe; planned: PlannedStatus; at: Date },
): Promise<boolean> {
  const saved = await tx.$executeRaw(Prisma.sql`
    UPDATE api_status SET state = ${planned.state}::api_state, state_since = ${planned.stateSince},
      consecutive_failures = ${planned.consecutiveFailures}, actual_status = ${probe.actualStatus},
      latency_ms = ${probe.latencyMs}, last_error = ${probe.error}, checked_at = ${at}
    WHERE id = ${api.id} AND checked_at IS NOT DISTINCT FROM ${api.checkedAt}::timestamptz`);
  if (saved === 0) return false;
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO api_status_check (api_status_id, checked_at, is_ok, actual_status, latency_ms, error)
    VALUES (${api.id}, ${at}, ${probe.isOk}, ${probe.actualStatus}, ${probe.latencyMs}, ${probe.error})
    ON CONFLICT DO NOTHING`);
  return true;
}

/** History older than `before`, a bounded piece of it. */
export async function pruneChecks(db: Database, before: Date): Promise<number> {
  return await db.$executeRaw(Prisma.sql`
    DELETE FROM api_status_check WHERE (api_status_id, checked_at) IN (
      SELECT api_status_id, checked_at FROM api_status_check WHERE checked_at < ${before} ORDER BY checked_at LIMIT 5000)`);
}
