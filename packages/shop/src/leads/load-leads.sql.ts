import { type Database, Prisma } from "@drumline/db";

export const LEAD_STATUSES = ["OPEN", "BOUGHT", "ENDED", "ERASED"] as const;
export type LeadStatus = (typeof LEAD_STATUSES)[number];

export interface LeadRow {
  readonly id: bigint;
  readonly status: LeadStatus;
  readonly endReason: string | null;
  readonly cartReference: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly locale: string;
  readonly currency: string;
  readonly lines: readonly { sku: string; title: string; quantity: number; priceMinor: string }[];
  readonly abandonedAt: Date;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
  readonly restoredAt: Date | null;
}

export interface LeadFilter {
  readonly status?: LeadStatus | undefined;
}

const columns = Prisma.sql`
  id, status::text, end_reason AS "endReason", cart_reference AS "cartReference", email, name, locale, currency, lines,
  abandoned_at AS "abandonedAt", created_at AS "createdAt", ended_at AS "endedAt", restored_at AS "restoredAt"`;

/** Newest first, those with an id below `before`. */
export async function loadLeads(
  db: Database,
  { status }: LeadFilter,
  before: bigint | null,
  limit: number,
): Promise<LeadRow[]> {
  return db.$queryRaw<LeadRow[]>(Prisma.sql`
    SELECT ${columns} FROM shop_lead
    WHERE (${before}::bigint IS NULL OR id < ${before}::bigint)
      AND (${status ?? null}::text IS NULL OR status::text = ${status ?? null})
    ORDER BY id DESC LIMIT ${limit}`);
}

export async function loadLead(db: Database, id: bigint): Promise<LeadRow | null> {
  const [lead] = await db.$queryRaw<LeadRow[]>(Prisma.sql`SELECT ${columns} FROM shop_lead WHERE id = ${id}`);
  return lead ?? null;
}
