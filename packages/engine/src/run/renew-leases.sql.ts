import { type Database, Prisma } from "@drumline/db";

import { insertLines, lastNoOf, type RunLines } from "./insert-lines.sql.ts";
import { lockById } from "./lock-by-id.sql.ts";

export interface HeldLease extends RunLines {
  readonly token: string;
  readonly progress: unknown;
}

/** What became of a lease: `lost` belongs to someone else now, and nothing was written for it. */
export type RenewedLease = "renewed" | "cancelled" | "lost";

/**
 * Renews every lease of a worker in one statement, progress and log lines with it, and answers in their order. Rows are
 * locked in the order of their ids, as everywhere, so that no two statements wait for each other.
 */
export async function renewLeases(
  db: Database,
  leases: readonly HeldLease[],
  leaseMs: number,
): Promise<RenewedLease[]> {
  const given = leases.map(({ id, token, progress, lines }) => ({ id, token, progress, lastLine: lastNoOf(lines) }));
  const rows = await db.$queryRaw<{ id: string; isCancelled: boolean }[]>(Prisma.sql`
    WITH given AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(given)}::jsonb) AS given(id uuid, token uuid, progress jsonb, "lastLine" int)
      ORDER BY id),
    held AS (
      SELECT run.id, run.log_lines, given.progress, given."lastLine" FROM given CROSS JOIN ${lockById("given")} AS run
      WHERE run.lease_token = given.token AND run.status = 'PROCESSING')
    ${insertLines(leases)}
    UPDATE run SET
      lease_until = now() + ${leaseMs} * interval '1 ms', progress = coalesce(held.progress, run.progress),
      log_lines = greatest(run.log_lines, held."lastLine")
    FROM held WHERE run.id = held.id
    RETURNING run.id, run.cancel_requested_at IS NOT NULL AS "isCancelled"`);
  const cancelled = new Map(rows.map(({ id, isCancelled }) => [id, isCancelled]));
  return leases.map(({ id }) => {
    const isCancelled = cancelled.get(id);
    return isCancelled === undefined ? "lost" : isCancelled ? "cancelled" : "renewed";
  });
}
