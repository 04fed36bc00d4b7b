import { type Database, Prisma, type Transaction } from "@drumline/db";

import { closeMailProblems } from "./mail-problems.ts";
import type { MailStatus } from "./mail.sql.ts";

/** A mail as people see it. */
export interface MailRow {
  readonly id: string;
  readonly key: string;
  readonly kind: string;
  readonly recipient: string;
  readonly subject: string;
  readonly status: MailStatus;
  readonly attempts: number;
  readonly error: string | null;
  readonly createdAt: Date;
  readonly settledAt: Date | null;
  /** Who said what became of it; null where it says so by itself. */
  readonly settledBy: string | null;
}

const columns = Prisma.sql`
  id, key, kind, recipient, subject, status::text, attempts, error, created_at AS "createdAt", settled_at AS "settledAt",
  settled_by AS "settledBy"`;

export interface MailFilter {
  readonly status?: MailStatus | undefined;
  readonly kind?: string | undefined;
}

/** Newest first, those created before `before`. */
export async function loadMails(
  db: Database,
  { status, kind }: MailFilter,
  before: { readonly createdAt: Date; readonly id: string } | null,
  limit: number,
): Promise<MailRow[]> {
  const conditions = [
    Prisma.sql`true`,
    ...(before === null ? [] : [Prisma.sql`(created_at, id) < (${before.createdAt}, ${before.id}::uuid)`]),
    ...(status === undefined ? [] : [Prisma.sql`status = ${status}::mail_status`]),
    ...(kind === undefined ? [] : [Prisma.sql`kind = ${kind}`]),
  ];
  return await db.$queryRaw<MailRow[]>(Prisma.sql`
    SELECT ${columns} FROM mail WHERE ${Prisma.join(conditions, " AND ")} ORDER BY created_at DESC, id DESC LIMIT ${limit}`);
}

export interface Settlement {
  readonly id: string;
  /** NOT_SENT: it is sent again by whoever sends its kind. */
  readonly outcome: "SENT" | "NOT_SENT";
  readonly by: string;
  readonly at: Date;
}

/**
 * What a person says of a mail of which nobody knew whether it went out; a refused one may be sent again as well. Null
 * where it is neither.
 */
export async function settleMail(tx: Transaction, { id, outcome, by, at }: Settlement): Promise<MailRow | null> {
  const from = outcome === "SENT" ? Prisma.sql`('UNKNOWN')` : Prisma.sql`('UNKNOWN', 'FAILED')`;
  const [mail] = await tx.$queryRaw<MailRow[]>(Prisma.sql`
    UPDATE mail SET settled_by = ${by}, claimed_by = NULL, status = ${outcome === "SENT" ? "SENT" : "QUEUED"}::mail_status,
      settled_at = ${outcome === "SENT" ? at : null}
    WHERE id = ${id}::uuid AND status IN ${from}
    RETURNING ${columns}`);
  if (mail === undefined) return null;
  await closeMailProblems(
    tx,
    mail.key,
    outcome === "SENT" ? `${by} says that it was sent` : `${by} has it sent again`,
    at,
  );
  return mail;
}

export async function loadMailById(db: Database, id: string): Promise<MailRow | null> {
  const [mail] = await db.$queryRaw<MailRow[]>(Prisma.sql`SELECT ${columns} FROM mail WHERE id = ${id}::uuid`);
  return mail ?? null;
}
