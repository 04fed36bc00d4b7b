import { type Database, Prisma } from "@drumline/db";

import type { MailReport } from "./parse-mail-reports.ts";
import { type NewSuppression, saveSuppressions } from "./suppression.sql.ts";

/** So many mails that could not be delivered for now, in so many days, and no marketing is sent any more. */
const MOST_TRANSIENT = 5;
const TRANSIENT_DAYS = 30;

/**
 * Keeps what is reported and follows it: a dead address gets nothing any more, a complaint ends marketing, and so do five
 * mails in 30 days that could not be delivered. The same message again changes nothing. Answers how many reports are new.
 */
export async function saveMailReports(
  db: Database,
  messageId: string,
  reports: readonly MailReport[],
  now: Date,
): Promise<number> {
  if (reports.length === 0) return 0;
  return await db.$transaction(async (tx) => {
    const fresh = await tx.$queryRaw<MailReport[]>(Prisma.sql`
      INSERT INTO shop_mail_report (message_id, email_hash, kind, occurred_at, received_at)
      SELECT ${messageId}, "emailHash", kind, "occurredAt", ${now}
      FROM jsonb_to_recordset(${JSON.stringify(reports)}::jsonb)
        AS report("emailHash" text, kind text, "occurredAt" timestamptz)
      ORDER BY "emailHash"
      ON CONFLICT (message_id, email_hash) DO NOTHING
      RETURNING email_hash AS "emailHash", kind, occurred_at AS "occurredAt"`);
    const transient = fresh.filter(({ kind }) => kind === "TRANSIENT").map(({ emailHash }) => emailHash);
    const unreachable = await tx.$queryRaw<{ emailHash: string }[]>(Prisma.sql`
      SELECT email_hash AS "emailHash" FROM shop_mail_report
      WHERE email_hash = ANY(${transient}::text[]) AND kind = 'TRANSIENT'
        AND occurred_at > ${now}::timestamptz - make_interval(days => ${TRANSIENT_DAYS})
      GROUP BY email_hash HAVING count(*) >= ${MOST_TRANSIENT}`);
    const suppressions = [
      ...fresh.flatMap(toSuppressions),
      ...unreachable.map(({ emailHash }) => ({ list: "*", emailHash, reason: "BOUNCED" }) as const),
    ];
    await saveSuppressions(tx, suppressions, now);
    return fresh.length;
  });
}

function toSuppressions({ emailHash, kind }: MailReport): NewSuppression[] {
  if (kind === "COMPLAINT") return [{ list: "*", emailHash, reason: "COMPLAINED" }];
  if (kind !== "PERMANENT") return [];
  return [
    { list: "*", emailHash, reason: "BOUNCED" },
    { list: "orders", emailHash, reason: "BOUNCED" },
  ];
}
