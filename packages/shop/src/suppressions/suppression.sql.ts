import { type Database, Prisma, type Transaction } from "@drumline/db";

/** Lists of mail that a person may leave. */
export const MAIL_LISTS = ["reminders", "back-in-stock"] as const;
export type MailList = (typeof MAIL_LISTS)[number];

/** `*` is all marketing, whatever the list; `orders` is mail about orders, which only a dead address does not get. */
export type SuppressedList = MailList | "*" | "orders";
export type SuppressionReason = "UNSUBSCRIBED" | "BOUNCED" | "COMPLAINED" | "ERASED";

export interface NewSuppression {
  readonly list: SuppressedList;
  /** `emailHashOf` of the address. */
  readonly emailHash: string;
  readonly reason: SuppressionReason;
}

/** An address that is on a list already keeps its first reason. */
export async function saveSuppressions(
  tx: Transaction,
  suppressions: readonly NewSuppression[],
  at: Date,
): Promise<void> {
  if (suppressions.length === 0) return;
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO shop_suppression (list, email_hash, reason, created_at)
    SELECT list, "emailHash", reason, ${at}
    FROM jsonb_to_recordset(${JSON.stringify(suppressions)}::jsonb) AS row(list text, "emailHash" text, reason text)
    ORDER BY list, "emailHash"
    ON CONFLICT (list, email_hash) DO NOTHING`);
}

/** The lists that must not reach these addresses, by hash. */
export async function loadSuppressedLists(
  db: Database | Transaction,
  emailHashes: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const rows = await db.$queryRaw<{ emailHash: string; lists: string[] }[]>(Prisma.sql`
    SELECT email_hash AS "emailHash", array_agg(list) AS lists FROM shop_suppression
    WHERE email_hash = ANY(${[...emailHashes]}::text[]) GROUP BY email_hash`);
  return new Map(rows.map(({ emailHash, lists }) => [emailHash, new Set(lists)]));
}

/** Somebody who left a list asks for it again, and has shown that the address is theirs. What the address did itself stays. */
export async function liftUnsubscription(tx: Transaction, list: MailList, emailHash: string): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    DELETE FROM shop_suppression WHERE list = ${list} AND email_hash = ${emailHash} AND reason = 'UNSUBSCRIBED'`);
}
