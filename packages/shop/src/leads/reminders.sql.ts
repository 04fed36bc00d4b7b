import { HOUR_MS } from "@drumline/core/clock";
import { lockedById, Prisma, type Transaction } from "@drumline/db";

import { type NewNotice, saveNotices } from "../notifications/save-notices.sql.ts";

const HOURS_TO_FIRST = 1;
const HOURS_TO_SECOND = 24;
/** Between two reminders, however late the first one went. */
const HOURS_BETWEEN = HOURS_TO_SECOND - HOURS_TO_FIRST;

/** One per lead and number, so that there is no third. */
const reminderOf = (leadId: bigint, no: 1 | 2, occurredAt: Date, dueAt: Date): NewNotice => ({
  key: `lead/${leadId}/${no}`,
  kind: "reminder",
  detail: { leadId: String(leadId), reminder: no },
  occurredAt,
  dueAt,
});

/** In the transaction that makes the leads. */
export async function saveFirstReminders(tx: Transaction, leadIds: readonly bigint[], at: Date): Promise<void> {
  const dueAt = new Date(at.getTime() + HOURS_TO_FIRST * HOUR_MS);
  await saveNotices(
    tx,
    leadIds.map((id) => reminderOf(id, 1, at, dueAt)),
  );
}

/** Of leads whose first reminder is with its mail: a day after the lead was made, and never soon after a first one that was late. */
export async function saveSecondReminders(tx: Transaction, leadIds: readonly bigint[], at: Date): Promise<void> {
  if (leadIds.length === 0) return;
  const due = await tx.$queryRaw<{ id: bigint; dueAt: Date }[]>(Prisma.sql`
    SELECT lead.id, greatest(lead.created_at + make_interval(hours => ${HOURS_TO_SECOND}),
      coalesce(first.ended_at, first.due_at) + make_interval(hours => ${HOURS_BETWEEN})) AS "dueAt"
    FROM shop_lead lead JOIN shop_notice first ON first.key = ${keyOf("lead", 1)}
    WHERE lead.id = ANY(${[...leadIds]}::bigint[]) ORDER BY lead.id`);
  await saveNotices(
    tx,
    due.map(({ id, dueAt }) => reminderOf(id, 2, at, dueAt)),
  );
}

/** The key of a lead's reminder, of a row of `shop_lead` under this alias. */
export const keyOf = (lead: string, no: 1 | 2): Prisma.Sql =>
  Prisma.sql`'lead/' || ${Prisma.raw(lead)}.id || ${`/${no}`}`;

/** Reminders of leads that have ended are not sent. One whose mail is on record says there what became of it. */
export async function supersedeReminders(tx: Transaction, leadIds: readonly bigint[], at: Date): Promise<void> {
  if (leadIds.length === 0) return;
  const keys = leadIds.flatMap((id) => [`lead/${id}/1`, `lead/${id}/2`]);
  await tx.$executeRaw(Prisma.sql`
    WITH ${lockedById("shop_notice", Prisma.sql`key = ANY(${keys}::text[]) AND status = 'DUE'`)}
    UPDATE shop_notice SET status = 'SUPERSEDED', ended_at = ${at} WHERE id IN (SELECT id FROM locked)`);
}
