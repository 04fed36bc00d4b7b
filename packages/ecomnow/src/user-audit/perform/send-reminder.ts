import {
  isMailAddress,
  loadMail,
  type NewMail,
  queueMails,
  type RecordedMail,
  sendRecordedMail,
} from "@drumline/outbound/mail";

import { type ActionContext, done, failed, refused } from "./aws-actions.ts";
import type { ChosenAction, Ending } from "./claim-actions.sql.ts";
import { findUser, checkFinding } from "./check-finding.ts";

/** Null: somebody else is sending it. One mail per decision, whatever happens in between. */
export async function sendReminder(context: ActionContext, chosen: ChosenAction): Promise<Ending | null> {
  const { db, clock } = context;
  const key = `user-audit-reminder/${chosen.id}/${chosen.decisionNo}`;
  const known = await loadMail(db, key);
  if (known === null || known.status === "QUEUED") {
    const { ending, address } = await checkReminder(context, chosen);
    if (ending !== null) return ending;
    await queueMails(db, [toReminder(key, address, chosen)], clock.now());
  }
  return toEnding(await sendRecordedMail({ ...context, mailer: context.gateways.mailer }, key));
}

async function checkReminder(
  { db, clock, gateways, signal }: ActionContext,
  chosen: ChosenAction,
): Promise<{ ending: Ending; address: null } | { ending: null; address: string }> {
  const not = (ending: Ending) => ({ ending, address: null });
  if (chosen.auditType !== "UserNotLoggedInPlatform")
    return not(refused("the reminder is about not logging in, and the finding is about something else"));
  const user = await findUser(gateways.cognito, chosen, signal);
  if (user === null) return not(refused("the user is gone from AWS"));
  if (!user.enabled) return not(refused("the user is disabled in AWS and could not log in"));
  const { verdict } = await checkFinding(db, clock, chosen, user);
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
        result: `Nobody knows whether the reminder went out: ${error} Say whether it did (POST /api/v1/mails/{id}/sent or /not-sent), or choose the action again.`,
      };
    case "SENDING":
    case "QUEUED":
      return null;
  }
}

/** What the user reads; the name stands on a line of its own and in no header. */
function toReminder(key: string, recipient: string, { username, platform, months }: ChosenAction): NewMail {
  const span = `${months ?? 6} months`;
  return {
    key,
    kind: "user-audit-reminder",
    recipient,
    subject: `You have not logged in for ${span}`,
    text: [
      "Hello,",
      "",
      `your account on ${platform} has not been used for more than ${span}:`,
      "",
      `  ${username}`,
      "",
      "If you still need it, please log in once. Accounts that stay unused may be disabled or deleted.",
    ].join("\n"),
    unsubscribe: true,
  };
}
