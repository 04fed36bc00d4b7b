import { type Database, Prisma, type Transaction } from "@drumline/db";
import { type MailRow, settleMail, type Settlement } from "@drumline/outbound/mail";

import { closeSettledActions } from "./failed-actions.sql.ts";
import { markNotified } from "./findings/finding.sql.ts";

/**
 * Takes a person's word on a mail of which nobody knew whether it went out, or that was refused, and brings the findings
 * that it is about along: told of, reminded, or to be reminded again. Null where the mail is neither.
 */
export async function settleMailByHand(db: Database, settlement: Settlement): Promise<MailRow | null> {
  return await db.$transaction(async (tx) => {
    const mail = await settleMail(tx, settlement);
    if (mail?.kind === "user-audit-reminder") await followReminder(tx, mail, settlement);
    if (mail?.kind === "user-audit-digest" && settlement.outcome === "SENT") await markNotified(tx, mail.key);
    return mail;
  });
}

/** The key of a reminder names its finding and the decision: user-audit-reminder/17/2. */
async function followReminder(tx: Transaction, { key }: MailRow, { outcome, by, at }: Settlement): Promise<void> {
  const [, id = "0", decisionNo = "0"] = /^user-audit-reminder\/(\d+)\/(\d+)$/.exec(key) ?? [];
  const isSent = outcome === "SENT";
  const result = isSent ? `Reminder sent, says ${by}.` : `To be sent again, says ${by}.`;
  await tx.$executeRaw(Prisma.sql`
    WITH before AS MATERIALIZED (
      SELECT id, action_status FROM user_audit
      WHERE id = ${BigInt(id)} AND decision_no = ${Number(decisionNo)} AND action = 'REMINDER_SENT'
        AND action_status IN ('UNKNOWN', 'FAILED')
      FOR UPDATE
    ), settled AS (
      UPDATE user_audit SET action_status = ${isSent ? "DONE" : "PENDING"}::user_audit_action_status, result = ${result},
        performed_at = ${isSent ? at : null}, performed_by = ${isSent ? by : null}, version = version + 1
      FROM before WHERE user_audit.id = before.id
      RETURNING user_audit.id, before.action_status AS old_state, user_audit.action_status AS new_state
    )
    INSERT INTO state_transition_log (entity_type, entity_id, old_state, new_state, command, actor, attributes, at)
    SELECT 'user_audit', id, old_state::text, new_state::text, 'REMINDER_SENT', ${by}, jsonb_build_object('result', ${result}::text), ${at}
    FROM settled`);
  await closeSettledActions(tx, at);
}
