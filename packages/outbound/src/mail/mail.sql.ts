import { randomUUID } from "node:crypto";

import { type Database, Prisma, type Transaction } from "@drumline/db";

export const MAIL_STATUSES = ["QUEUED", "SENDING", "SENT", "FAILED", "UNKNOWN"] as const;
export type MailStatus = (typeof MAIL_STATUSES)[number];

/** A mail as it is decided upon: `key` names the decision and the person, and is used once. */
export interface NewMail {
  readonly key: string;
  /** What it is about, for whoever looks at the table: user-audit-digest, ... */
  readonly kind: string;
  readonly recipient: string;
  readonly subject: string;
  readonly text: string;
  /** The same for readers that show HTML. */
  readonly html?: string;
  readonly unsubscribe?: boolean;
  /** This mail's own address behind List-Unsubscribe. */
  readonly unsubscribeUrl?: string;
}

export interface RecordedMail {
  readonly id: string;
  readonly key: string;
  readonly kind: string;
  readonly recipient: string;
  readonly status: MailStatus;
  readonly messageId: string | null;
  readonly error: string | null;
}

export interface ClaimedMail {
  readonly recipient: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  readonly unsubscribe: boolean;
  readonly unsubscribeUrl: string | null;
}

/** Records the intent, in the transaction of the decision where there is one. A key that is there already stays as it is. */
export async function queueMails(db: Database | Transaction, mails: readonly NewMail[], at: Date): Promise<void> {
  if (mails.length === 0) return;
  const rows = mails.map((mail) => ({ ...mail, id: randomUUID(), unsubscribe: mail.unsubscribe ?? false }));
  await db.$executeRaw(Prisma.sql`
    INSERT INTO mail (id, key, kind, recipient, subject, text_body, html_body, unsubscribe, unsubscribe_url, created_at)
    SELECT id, key, kind, recipient, subject, text, html, unsubscribe, "unsubscribeUrl", ${at}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS mail(id uuid, key text, kind text, recipient text,
      subject text, text text, html text, unsubscribe boolean, "unsubscribeUrl" text)
    ORDER BY key
    ON CONFLICT (key) DO NOTHING`);
}

export async function loadMail(db: Database, key: string): Promise<RecordedMail | null> {
  const [row] = await db.$queryRaw<RecordedMail[]>(Prisma.sql`
    SELECT id, key, kind, recipient, status::text, message_id AS "messageId", error FROM mail WHERE key = ${key}`);
  return row ?? null;
}

/** Keys of mail of these kinds that is not settled, oldest first; those after `after`, which was read before. */
export async function loadUnsettledOfKinds(
  db: Database,
  kinds: readonly string[],
  after: UnsettledMail | null,
  limit: number,
): Promise<UnsettledMail[]> {
  return await db.$queryRaw<UnsettledMail[]>(Prisma.sql`
    SELECT key, kind, recipient, status::text, created_at AS "createdAt" FROM mail
    WHERE status IN ('QUEUED', 'SENDING') AND kind = ANY(${[...kinds]})
      ${after === null ? Prisma.empty : Prisma.sql`AND (created_at, key) > (${after.createdAt}, ${after.key})`}
    ORDER BY created_at, key LIMIT ${limit}`);
}

export interface UnsettledMail extends Pick<RecordedMail, "key" | "kind" | "recipient" | "status"> {
  readonly createdAt: Date;
}

/** Keys of mail that is not settled, oldest first. */
export async function loadUnsettledKeys(db: Database, keyPrefix: string, limit: number): Promise<string[]> {
  const rows = await db.$queryRaw<{ key: string }[]>(Prisma.sql`
    SELECT key FROM mail WHERE status IN ('QUEUED', 'SENDING') AND starts_with(key, ${keyPrefix})
    ORDER BY created_at, key LIMIT ${limit}`);
  return rows.map(({ key }) => key);
}

/** Null where another try has it, or had it. */
export async function claimMail(db: Database, key: string, claimedBy: string): Promise<ClaimedMail | null> {
  const [row] = await db.$queryRaw<ClaimedMail[]>(Prisma.sql`
    UPDATE mail SET status = 'SENDING', claimed_by = ${claimedBy}, sending_since = now(), attempts = attempts + 1, error = NULL
    WHERE key = ${key} AND status = 'QUEUED'
    RETURNING recipient, subject, text_body AS text, html_body AS html, unsubscribe, unsubscribe_url AS "unsubscribeUrl"`);
  return row ?? null;
}

/**
 * Takes back a mail that nobody has asked the provider for, since what it tells is true no longer: false where it is
 * being sent, or was. Its key may be used again.
 */
export async function withdrawMail(db: Database | Transaction, key: string): Promise<boolean> {
  return (await db.$executeRaw(Prisma.sql`DELETE FROM mail WHERE key = ${key} AND status = 'QUEUED'`)) > 0;
}

export interface MailEnding {
  readonly status: Exclude<MailStatus, "SENDING">;
  readonly messageId?: string;
  readonly error?: string;
  readonly at: Date;
}

/** Only the try that claimed it may say how it ended; a late certainty replaces UNKNOWN. */
export async function endMail(db: Database, key: string, claimedBy: string, ending: MailEnding): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    UPDATE mail SET
      status = ${ending.status}::mail_status, message_id = ${ending.messageId ?? null}, error = ${ending.error ?? null},
      settled_at = CASE WHEN ${ending.status} = 'QUEUED' THEN NULL ELSE ${ending.at}::timestamptz END
    WHERE key = ${key} AND claimed_by = ${claimedBy} AND status IN ('SENDING', 'UNKNOWN')`);
}

/** A mail whose sender is gone: of an earlier try of this run, or silent for longer than any send takes. */
export async function giveUpOrphan(
  db: Database,
  key: string,
  runId: string,
  claimedBy: string,
  at: Date,
): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    UPDATE mail SET
      status = 'UNKNOWN', settled_at = ${at},
      error = 'The process that was sending it ended before it recorded the outcome; it is not sent again by itself.'
    WHERE key = ${key} AND status = 'SENDING' AND claimed_by <> ${claimedBy}
      AND (starts_with(claimed_by, ${`${runId}/`}) OR sending_since < now() - interval '2 minutes')`);
}
