import { toStorableText } from "@drumline/core/text";
import { type Database, Prisma, type Transaction } from "@drumline/db";

import { RunChanged, runVersion } from "./run-version.sql.ts";

/** How many runs a cancellation met: the run and its helpers. */
export interface CancelledRuns {
  /** Ended here and now: no worker had begun them. */
  readonly ended: number;
  /** Their workers hear of it when they renew the lease, and tell the handler to stop. */
  readonly told: number;
}

/**
 * Cancels a run and the chunks that share its work. Asking twice does no harm; a run that has ended stays as it is.
 * @throws {RunChanged} where it is not any more as the caller saw it, if that is said
 */
export async function cancelRun(db: Database, id: string, who: string, seenVersion?: number): Promise<CancelledRuns> {
  const rows = seenVersion === undefined ? await cancelAll(db, [id], who) : await cancelSeen(db, id, who, seenVersion);
  const ended = rows.filter(({ status }) => status === "CANCELLED").length;
  return { ended, told: rows.length - ended };
}

/** As `cancelRun`, for many. @returns the state of each that was open: CANCELLED, or PROCESSING and told to stop */
export async function cancelRuns(
  db: Database,
  ids: readonly string[],
  who: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await cancelAll(db, ids, who);
  return new Map(rows.map(({ id, status }) => [id, status]));
}

const cancelSeen = (db: Database, id: string, who: string, seenVersion: number) =>
  db.$transaction(async (tx) => {
    const [row] = await tx.$queryRaw<{ version: number }[]>(Prisma.sql`
      SELECT ${runVersion} AS version FROM run WHERE id = ${id}::uuid FOR UPDATE`);
    if (row !== undefined && row.version !== seenVersion) throw new RunChanged(id, seenVersion, row.version);
    return await cancelAll(tx, [id], who);
  });

function cancelAll(
  db: Database | Transaction,
  ids: readonly string[],
  who: string,
): Promise<{ id: string; status: string }[]> {
  return db.$queryRaw(Prisma.sql`
    WITH open AS (
      SELECT id FROM run WHERE (id = ANY(${[...ids]}::uuid[]) OR parent_id = ANY(${[...ids]}::uuid[])) AND status IN ('SCHEDULED', 'PROCESSING')
      ORDER BY id FOR UPDATE)
    UPDATE run SET
      cancel_requested_at = coalesce(cancel_requested_at, now()),
      reason_code = 'CANCELLED', reason = ${`cancelling was asked for by ${toStorableText(who, 200)}`},
      status = CASE WHEN status = 'SCHEDULED' THEN 'CANCELLED'::run_status ELSE status END,
      finished_at = CASE WHEN status = 'SCHEDULED' THEN now() END,
      next_attempt_at = NULL
    FROM open WHERE run.id = open.id
    RETURNING run.id, status::text`);
}
