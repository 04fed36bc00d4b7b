import { type Database, Prisma } from "@drumline/db";

import type { BulkOutcome, BulkState, ClaimedBulkAction } from "./bulk-actions.sql.ts";

const LEASE = Prisma.sql`now() + interval '30 seconds'`;

/** The lease was lost to another process, or the action has ended: whoever finds it must let go. */
export class LeaseLost extends Error {}

/** The oldest that nobody works on; the try is counted before the work, so that a crash is one. */
export async function claimBulkAction(db: Database): Promise<ClaimedBulkAction | null> {
  const [claimed] = await db.$queryRaw<ClaimedBulkAction[]>(Prisma.sql`
    UPDATE bulk_action SET lease_token = gen_random_uuid(), lease_until = ${LEASE}, tries = tries + 1, started_at = coalesce(started_at, now())
    WHERE id = (
      SELECT id FROM bulk_action WHERE finished_at IS NULL AND coalesce(lease_until < now(), TRUE)
      ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id, action, filter, params, requested_by AS "requestedBy", state, matched, has_more AS "hasMore", done, skipped, failed,
      abort_requested_by AS "abortRequestedBy", error, created_at AS "createdAt", started_at AS "startedAt", finished_at AS "finishedAt",
      lease_token AS token, tries`);
  return claimed ?? null;
}

type Held = Pick<ClaimedBulkAction, "id" | "token">;

/** Rows that it is about; those that are there already stay as they are. @throws {LeaseLost} */
export async function appendBulkRows(db: Database, { id, token }: Held, rowIds: readonly string[]): Promise<void> {
  const rows = await db.$queryRaw<unknown[]>(Prisma.sql`
    WITH mine AS (
      UPDATE bulk_action SET lease_until = ${LEASE} WHERE id = ${id}::uuid AND lease_token = ${token}::uuid AND finished_at IS NULL RETURNING id),
    appended AS (
      INSERT INTO bulk_action_row (bulk_action_id, row_id)
      SELECT mine.id, row_id FROM mine, unnest(${[...rowIds]}::text[]) AS row_id ON CONFLICT DO NOTHING)
    SELECT id FROM mine`);
  if (rows.length === 0) throw new LeaseLost(id);
}

/** All its rows are there. @throws {LeaseLost} */
export async function markMatched(db: Database, { id, token }: Held, hasMore: boolean): Promise<void> {
  const marked = await db.$executeRaw(Prisma.sql`
    UPDATE bulk_action SET state = 'RUNNING', has_more = ${hasMore}, version = version + 1, lease_until = ${LEASE},
      matched = (SELECT count(*) FROM bulk_action_row WHERE bulk_action_id = bulk_action.id)
    WHERE id = ${id}::uuid AND lease_token = ${token}::uuid AND finished_at IS NULL`);
  if (marked === 0) throw new LeaseLost(id);
}

/** The next rows that wait. */
export async function loadWaitingRows(db: Database, id: string, limit: number): Promise<string[]> {
  const rows = await db.$queryRaw<{ rowId: string }[]>(Prisma.sql`
    SELECT row_id AS "rowId" FROM bulk_action_row WHERE bulk_action_id = ${id}::uuid AND outcome IS NULL
    ORDER BY row_id LIMIT ${limit}`);
  return rows.map(({ rowId }) => rowId);
}

/** What became of a batch, with the counts, in one statement. @returns who has asked for an end. @throws {LeaseLost} */
export async function saveBulkOutcomes(
  db: Database,
  { id, token }: Held,
  outcomes: readonly BulkOutcome[],
): Promise<{ readonly abortRequestedBy: string | null }> {
  const count = (wanted: string) => outcomes.filter(({ outcome }) => outcome === wanted).length;
  const rows = outcomes.map(({ id: rowId, outcome, reason = null, result = null }) => ({
    rowId,
    outcome,
    reason: reason?.slice(0, 500) ?? null,
    result,
  }));
  const [mine] = await db.$queryRaw<{ abortRequestedBy: string | null }[]>(Prisma.sql`
    WITH mine AS (
      UPDATE bulk_action SET lease_until = ${LEASE}, tries = 0, error = NULL, version = version + 1,
        done = done + ${count("DONE")}, skipped = skipped + ${count("SKIPPED")}, failed = failed + ${count("FAILED")}
      WHERE id = ${id}::uuid AND lease_token = ${token}::uuid AND finished_at IS NULL RETURNING id, abort_requested_by),
    saved AS (
      UPDATE bulk_action_row SET outcome = told.outcome, reason = told.reason, result = told.result
      FROM mine, jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS told("rowId" text, outcome text, reason text, result text)
      WHERE bulk_action_row.bulk_action_id = mine.id AND bulk_action_row.row_id = told."rowId")
    SELECT abort_requested_by AS "abortRequestedBy" FROM mine`);
  if (mine === undefined) throw new LeaseLost(id);
  return mine;
}

export async function endBulkAction(
  db: Database,
  { id, token }: Held,
  state: Extract<BulkState, "DONE" | "ABORTED" | "FAILED">,
  error: string | null = null,
): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    UPDATE bulk_action SET state = ${state}, error = ${error}, finished_at = now(), lease_token = NULL, lease_until = NULL, version = version + 1
    WHERE id = ${id}::uuid AND lease_token = ${token}::uuid`);
}

/** Lets go of it, to be taken up by anyone after the pause. */
export async function releaseBulkAction(
  db: Database,
  { id, token }: Held,
  { pauseMs, error = null }: { readonly pauseMs: number; readonly error?: string | null },
): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    UPDATE bulk_action SET lease_token = NULL, lease_until = now() + ${pauseMs}::float8 * interval '1 millisecond', error = ${error}
    WHERE id = ${id}::uuid AND lease_token = ${token}::uuid`);
}
