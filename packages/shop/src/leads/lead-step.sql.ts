import { type Database, Prisma, type Transaction } from "@drumline/db";

import { type LeadStop, stopOf } from "./lead-stops.sql.ts";
import { keyOf } from "./reminders.sql.ts";

/** What happens next to an open lead: its second reminder, its end, or nothing yet. */
export type LeadStep = "REMIND" | "WAIT" | LeadStop;

/** A lead's place in the order in which they are looked at. The text keeps the microseconds. */
export interface LeadPlace {
  readonly id: bigint;
  readonly at: string;
}

interface Question {
  /** Leads of these statuses that were made until then. */
  readonly statuses: readonly string[];
  readonly madeUntil: Date;
  readonly condition?: Prisma.Sql;
  readonly after: LeadPlace | null;
  readonly limit: number;
}

/** The next ones, without taking them. */
export async function listLeads(db: Database, question: Question): Promise<LeadPlace[]> {
  return db.$queryRaw<LeadPlace[]>(findLeads(question, Prisma.empty));
}

/** Takes the next ones, passing over those that somebody else holds. */
export async function lockLeads(tx: Transaction, question: Question): Promise<LeadPlace[]> {
  return tx.$queryRaw<LeadPlace[]>(findLeads(question, Prisma.sql`FOR UPDATE SKIP LOCKED`));
}

function findLeads({ statuses, madeUntil, condition, after, limit }: Question, lock: Prisma.Sql): Prisma.Sql {
  const isAfter =
    after === null ? Prisma.empty : Prisma.sql`AND (created_at, id) > (${after.at}::timestamptz, ${after.id}::bigint)`;
  return Prisma.sql`
    SELECT id, created_at::text AS at FROM shop_lead
    WHERE status = ANY(${[...statuses]}::shop_lead_status[]) AND created_at <= ${madeUntil}
      AND ${condition ?? Prisma.sql`true`} ${isAfter}
    ORDER BY created_at, id LIMIT ${limit} ${lock}`;
}

/** Of open leads. Nothing left to sell ends a lead only once no reminder waits: by then there may be more. */
export async function decideLeads(
  db: Database | Transaction,
  leadIds: readonly bigint[],
  now: Date,
): Promise<{ id: bigint; step: LeadStep }[]> {
  return db.$queryRaw(Prisma.sql`
    SELECT lead.id, CASE
      WHEN stop.reason <> 'SOLD_OUT' THEN stop.reason
      WHEN first.id IS NULL OR first.status = 'DUE' OR second.status = 'DUE' THEN 'WAIT'
      WHEN stop.reason IS NULL AND first.status = 'QUEUED' AND second.id IS NULL THEN 'REMIND'
      ELSE coalesce(stop.reason, 'REMINDED')
    END AS step
    FROM shop_lead lead
    LEFT JOIN shop_notice first ON first.key = ${keyOf("lead", 1)} LEFT JOIN shop_notice second ON second.key = ${keyOf("lead", 2)}
    CROSS JOIN LATERAL (SELECT ${stopOf("lead", now)} AS reason) stop
    WHERE lead.id = ANY(${[...leadIds]}::bigint[]) ORDER BY lead.id`);
}

export async function deleteLeads(tx: Transaction, leadIds: readonly bigint[]): Promise<void> {
  await tx.$executeRaw(Prisma.sql`DELETE FROM shop_lead WHERE id = ANY(${[...leadIds]}::bigint[])`);
}
