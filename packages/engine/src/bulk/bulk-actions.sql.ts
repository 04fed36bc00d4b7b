import { type Database, Prisma, type Transaction } from "@drumline/db";

export const BULK_STATES = ["MATCHING", "RUNNING", "DONE", "ABORTED", "FAILED"] as const;
export type BulkState = (typeof BULK_STATES)[number];

export const BULK_OUTCOMES = ["DONE", "SKIPPED", "FAILED"] as const;

/** What became of one row. */
export interface BulkOutcome {
  readonly id: string;
  readonly outcome: (typeof BULK_OUTCOMES)[number];
  readonly reason?: string | null;
  /** What came of it, such as the id of a run that was started. */
  readonly result?: string | null;
}

/** An act on many rows, and how far it is. */
export interface BulkAction {
  readonly id: string;
  readonly action: string;
  readonly filter: Readonly<Record<string, unknown>>;
  readonly params: Readonly<Record<string, unknown>>;
  readonly requestedBy: string;
  readonly state: BulkState;
  readonly matched: number;
  readonly hasMore: boolean;
  readonly done: number;
  readonly skipped: number;
  readonly failed: number;
  readonly abortRequestedBy: string | null;
  readonly error: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** One that this process works on, as long as its lease lasts. */
export interface ClaimedBulkAction extends BulkAction {
  readonly token: string;
  /** How often it was taken up since its last batch, this time included. */
  readonly tries: number;
}

export interface BulkRow {
  readonly rowId: string;
  readonly outcome: (typeof BULK_OUTCOMES)[number] | null;
  readonly reason: string | null;
  readonly result: string | null;
}

const COLUMNS = Prisma.sql`
  id, action, filter, params, requested_by AS "requestedBy", state, matched, has_more AS "hasMore", done, skipped, failed,
  abort_requested_by AS "abortRequestedBy", error, created_at AS "createdAt", started_at AS "startedAt", finished_at AS "finishedAt"`;

/** Does nothing where it is there already: its caller may ask twice. */
export async function insertBulkAction(
  tx: Transaction,
  { id, action, filter, params, requestedBy }: Pick<BulkAction, "id" | "action" | "filter" | "params" | "requestedBy">,
): Promise<boolean> {
  const inserted = await tx.$executeRaw(Prisma.sql`
    INSERT INTO bulk_action (id, action, filter, params, requested_by)
    VALUES (${id}::uuid, ${action}, ${JSON.stringify(filter)}::jsonb, ${JSON.stringify(params)}::jsonb, ${requestedBy})
    ON CONFLICT DO NOTHING`);
  return inserted > 0;
}

export async function loadBulkAction(db: Database, id: string): Promise<BulkAction | null> {
  const [row] = await db.$queryRaw<BulkAction[]>(Prisma.sql`SELECT ${COLUMNS} FROM bulk_action WHERE id = ${id}::uuid`);
  return row ?? null;
}

/** Newest first. */
export function loadBulkActions(
  db: Database,
  { action, state }: { readonly action?: string | undefined; readonly state?: BulkState | undefined },
  before: { readonly createdAt: Date; readonly id: string } | null,
  limit: number,
): Promise<BulkAction[]> {
  const conditions = [
    Prisma.sql`TRUE`,
    ...(action === undefined ? [] : [Prisma.sql`action = ${action}`]),
    ...(state === undefined ? [] : [Prisma.sql`state = ${state}`]),
    ...(before === null ? [] : [Prisma.sql`(created_at, id) < (${before.createdAt}::timestamptz, ${before.id}::uuid)`]),
  ];
  return db.$queryRaw(Prisma.sql`
    SELECT ${COLUMNS} FROM bulk_action WHERE ${Prisma.join(conditions, " AND ")} ORDER BY created_at DESC, id DESC LIMIT ${limit}`);
}

/** In the order of their ids; of an outcome, or those that wait. */
export function loadBulkRows(
  db: Database,
  id: string,
  { outcome }: { readonly outcome?: string | undefined },
  after: string | null,
  limit: number,
): Promise<BulkRow[]> {
  const conditions = [
    Prisma.sql`bulk_action_id = ${id}::uuid`,
    ...(outcome === undefined
      ? []
      : [outcome === "WAITING" ? Prisma.sql`outcome IS NULL` : Prisma.sql`outcome = ${outcome}`]),
    ...(after === null ? [] : [Prisma.sql`row_id > ${after}`]),
  ];
  return db.$queryRaw(Prisma.sql`
    SELECT row_id AS "rowId", outcome, reason, result FROM bulk_action_row
    WHERE ${Prisma.join(conditions, " AND ")} ORDER BY row_id LIMIT ${limit}`);
}

/** False where it has ended already. */
export async function abortBulkAction(db: Database, id: string, who: string): Promise<boolean> {
  const asked = await db.$executeRaw(Prisma.sql`
    UPDATE bulk_action SET abort_requested_by = coalesce(abort_requested_by, ${who}), version = version + 1
    WHERE id = ${id}::uuid AND finished_at IS NULL`);
  return asked > 0;
}

/** Bulk actions that are under way or changed lately, with their versions. */
export function loadBulkVersions(db: Database, limit: number): Promise<{ id: string; version: string }[]> {
  return db.$queryRaw(Prisma.sql`
    SELECT id::text, version::text FROM bulk_action ORDER BY created_at DESC, id DESC LIMIT ${Math.min(limit, 50)}`);
}
