import { isMailAddress, loadMail, queueMails, type RecordedMail, sendRecordedMail } from "@drumline/outbound/mail";

import type { EcomnowContext } from "../../context.ts";
import { done, failed, refused } from "./aws-actions.ts";
import type { ChosenAction, Ending } from "./claim-actions.sql.ts";
import { toReminder } from "./reminder-mail.ts";
import { findUser, weighAction } from "./weigh-action.ts";

/** Null: somebody else is sending it. One mail per decision, whatever happens in between. */
export async function sendReminder(context: EcomnowContext<unknown>, chosen: ChosenAction): Promise<Ending | null> {
  const { db, clock } = context;
  const key = `user-audit-reminder/${chosen.id}/${chosen.decisionNo}`;
  const known = await loadMail(db, key);
  if (known === null || known.status === "QUEUED") {
    const { ending, address } = await weighReminder(context, chosen);
    if (ending !== null) return ending;
    await queueMails(db, [toReminder(key, address, chosen)], clock.now());
  }
  return toEnding(await sendRecordedMail({ ...context, mailer: context.gateways.userAudit.mailer }, key));
}

async function weighReminder(
  { db, clock, gateways, signal }: EcomnowContext<unknown>,
  chosen: ChosenAction,
): Promise<{ ending: Ending; address: null } | { ending: null; address: string }> {
  const not = (ending: Ending) => ({ ending, address: null });
  if (chosen.auditType !== "UserNotLoggedInPlatform")
    return not(refused("the reminder is about not logging in, and the finding is about something else"));
  const user = await findUser(gateways.userAudit.cognito, chosen, signal);
  if (user === null) return not(refused("the user is gone from AWS"));
  if (!user.enabled) return not(refused("the user is disabled in AWS and could not log in"));
  const { verdict } = await weighAction(db, clock, chosen, user);
  if (!verdict.holds) return not(refused(verdict.why));
  if (user.email === null || !isMailAddress(user.email)) return not(failed("The user has no usable e-mail address."));
  return { ending: null, address: user.email };
}

function toEnding({ status, messageId, error }: RecordedMail): Ending | null {
  switch (status) {
    case "SENT":
      return done(`Reminder sent (${messageId}).`);
    case "FAILED":
      return failed(`The reminder was refused: ${error}`);
    case "UNKNOWN":
      return {
        status: "UNKNOWN",
        result: `Nobody knows whether the reminder went out: ${error} To send it again, choose the action again.`,
      };
    case "SENDING":
    case "QUEUED":
      return null;
  }
}
