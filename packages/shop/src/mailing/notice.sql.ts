import { type Database, Prisma } from "@drumline/db";

import { closeNoticeProblem } from "./notice-problems.ts";

export const NOTICE_STATUSES = ["DUE", "QUEUED", "SUPERSEDED", "FAILED"] as const;
export type NoticeStatus = (typeof NOTICE_STATUSES)[number];

/** A notice as people see it; its mail is found under its key. */
export interface NoticeRow {
  readonly id: bigint;
  readonly key: string;
  readonly kind: string;
  readonly orderId: bigint | null;
  readonly parcelId: bigint | null;
  readonly status: NoticeStatus;
  readonly error: string | null;
  readonly occurredAt: Date;
  readonly dueAt: Date;
  readonly endedAt: Date | null;
}

export interface NoticeFilter {
  readonly status?: NoticeStatus | undefined;
  readonly kind?: string | undefined;
  readonly orderId?: bigint | undefined;
}

const columns = Prisma.sql`id, key, kind, order_id AS "orderId", parcel_id AS "parcelId", status::text, error,
  occurred_at AS "occurredAt", due_at AS "dueAt", ended_at AS "endedAt"`;

/** Newest first. */
export async function loadNotices(
  db: Database,
  { status, kind, orderId }: NoticeFilter,
  before: { readonly id: bigint } | null,
  limit: number,
): Promise<NoticeRow[]> {
  const conditions = [
    Prisma.sql`true`,
    ...(before === null ? [] : [Prisma.sql`id < ${before.id}`]),
    ...(status === undefined ? [] : [Prisma.sql`status = ${status}::shop_notice_status`]),
    ...(kind === undefined ? [] : [Prisma.sql`kind = ${kind}`]),
    ...(orderId === undefined ? [] : [Prisma.sql`order_id = ${orderId}`]),
  ];
  return await db.$queryRaw<NoticeRow[]>(Prisma.sql`
    SELECT ${columns} FROM shop_notice WHERE ${Prisma.join(conditions, " AND ")} ORDER BY id DESC LIMIT ${limit}`);
}

export async function loadNotice(db: Database, id: bigint): Promise<NoticeRow | null> {
  const [notice] = await db.$queryRaw<NoticeRow[]>(Prisma.sql`SELECT ${columns} FROM shop_notice WHERE id = ${id}`);
  return notice ?? null;
}

/** Has one that failed tried again by the next run; null where it has not failed. */
export async function retryNotice(db: Database, id: bigint, by: string, at: Date): Promise<NoticeRow | null> {
  return await db.$transaction(async (tx) => {
    const [notice] = await tx.$queryRaw<NoticeRow[]>(Prisma.sql`
      UPDATE shop_notice SET status = 'DUE', error = NULL, ended_at = NULL WHERE id = ${id} AND status = 'FAILED'
      RETURNING ${columns}`);
    if (notice === undefined) return null;
    await closeNoticeProblem(tx, notice.key, `${by} has it tried again`, at);
    return notice;
  });
}
