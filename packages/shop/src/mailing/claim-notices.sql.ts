import {
  claimedFor,
  type Database,
  isClaimedBy,
  isFreeFor,
  lockedById,
  Prisma,
  type Transaction,
  unclaimed,
} from "@drumline/db";

/** Something a customer is to be told, as its writer left it. */
export interface DueNotice {
  readonly id: bigint;
  readonly key: string;
  readonly kind: string;
  readonly orderId: bigint | null;
  readonly parcelId: bigint | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

const CLAIM_SECONDS = 120;
const columns = Prisma.sql`id, key, kind, order_id AS "orderId", parcel_id AS "parcelId", detail`;

/** Takes those that are due, the longest due first, away from other runs. */
export async function claimNotices(db: Database, runId: string, now: Date, most: number): Promise<DueNotice[]> {
  const claimed = await db.$queryRaw<DueNotice[]>(Prisma.sql`
    WITH due AS MATERIALIZED (
      SELECT id FROM shop_notice WHERE status = 'DUE' AND due_at <= ${now} AND ${isFreeFor(runId)}
      ORDER BY due_at, id LIMIT ${most} FOR UPDATE SKIP LOCKED)
    UPDATE shop_notice SET ${claimedFor(runId, CLAIM_SECONDS)} WHERE id IN (SELECT id FROM due) RETURNING ${columns}`);
  return claimed.toSorted((a, b) => Number(a.id - b.id));
}

/** As `claimNotices`, and claims nothing: for a dry run. */
export async function loadDueNotices(db: Database, now: Date, most: number): Promise<DueNotice[]> {
  return await db.$queryRaw<DueNotice[]>(Prisma.sql`
    SELECT ${columns} FROM shop_notice WHERE status = 'DUE' AND due_at <= ${now} ORDER BY due_at, id LIMIT ${most}`);
}

/** Those whose mails are on record under these keys, which are the notices' own. */
export async function loadQueuedNotice(tx: Transaction, key: string): Promise<DueNotice | null> {
  const [notice] = await tx.$queryRaw<DueNotice[]>(Prisma.sql`
    SELECT ${columns} FROM shop_notice WHERE key = ${key} AND status = 'QUEUED'`);
  return notice ?? null;
}

export async function releaseNotices(db: Database, runId: string, ids: readonly bigint[]): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    WITH ${lockedById("shop_notice", Prisma.sql`id = ANY(${[...ids]}::bigint[]) AND ${isClaimedBy(runId)} AND status = 'DUE'`)}
    UPDATE shop_notice SET ${unclaimed} FROM locked WHERE shop_notice.id = locked.id`);
}

export interface NoticeEnding {
  readonly id: bigint;
  /** DUE: it waits until `dueAt`. */
  readonly status: "QUEUED" | "SUPERSEDED" | "FAILED" | "DUE";
  readonly dueAt?: Date;
  /** Why it was not mailed, for people. */
  readonly error?: string;
}

/** Ends what this run still holds, in the transaction that records the mails; answers which it did hold. */
export async function endNotices(
  tx: Transaction,
  runId: string,
  endings: readonly NoticeEnding[],
  at: Date,
): Promise<ReadonlySet<bigint>> {
  if (endings.length === 0) return new Set();
  const rows = endings.map(({ id, dueAt, ...ending }) => ({ ...ending, id: String(id), due_at: dueAt ?? null }));
  const ended = await tx.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    WITH ending AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        AS ending(id bigint, status text, error text, due_at timestamptz)
    ), ${lockedById("shop_notice", Prisma.sql`id IN (SELECT id FROM ending) AND status = 'DUE' AND ${isClaimedBy(runId)}`)}
    UPDATE shop_notice notice SET status = ending.status::shop_notice_status, error = ending.error, ${unclaimed},
      due_at = coalesce(ending.due_at, notice.due_at),
      ended_at = CASE WHEN ending.status = 'DUE' THEN NULL ELSE ${at}::timestamptz END
    FROM ending JOIN locked USING (id) WHERE notice.id = ending.id
    RETURNING notice.id`);
  return new Set(ended.map(({ id }) => id));
}

/** Of a notice whose mail was taken back before anybody asked the provider for it. */
export async function supersedeQueued(tx: Transaction, id: bigint, reason: string, at: Date): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    UPDATE shop_notice SET status = 'SUPERSEDED', error = ${reason}, ended_at = ${at} WHERE id = ${id} AND status = 'QUEUED'`);
}
