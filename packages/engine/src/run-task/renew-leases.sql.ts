import { type Database, Prisma } from "@drumline/db";

export interface HeldLease {
  readonly id: string;
  readonly token: string;
  readonly progress: unknown;
}

/** Renews every lease of a worker in one statement; a lease that is missing from the answer belongs to someone else now. */
export async function renewLeases(
  db: Database,
  leases: readonly HeldLease[],
  leaseMs: number,
): Promise<{ readonly renewed: ReadonlySet<string>; readonly cancelled: readonly string[] }> {
  const rows = await db.$queryRaw<{ id: string; cancelled: boolean }[]>(Prisma.sql`
    UPDATE run SET lease_until = now() + ${leaseMs} * interval '1 ms', progress = coalesce(l.progress, run.progress)
    FROM jsonb_to_recordset(${JSON.stringify(leases)}::jsonb) AS l(id uuid, token uuid, progress jsonb)
    WHERE run.id = l.id AND run.lease_token = l.token AND run.status = 'PROCESSING'
    RETURNING run.id, run.cancel_requested_at IS NOT NULL AS cancelled`);
  return {
    renewed: new Set(rows.map(({ id }) => id)),
    cancelled: rows.filter(({ cancelled }) => cancelled).map(({ id }) => id),
  };
}
