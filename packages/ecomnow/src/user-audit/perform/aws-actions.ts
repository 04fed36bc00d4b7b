import type { TaskContext } from "@drumline/core/task";
import type { Database } from "@drumline/db";
import type { CognitoGateway, CognitoUser } from "@drumline/outbound/aws";
import type { Mailer } from "@drumline/outbound/mail";

import { DISABLED, listElsewhere } from "../evaluate-user.ts";
import type { ChosenAction, Ending } from "./claim-actions.sql.ts";
import { checkFinding, findUser } from "./check-finding.ts";

/** What performing an action needs of its run. */
export type ActionContext = TaskContext<
  unknown,
  { readonly cognito: CognitoGateway; readonly mailer: Mailer },
  Database
>;

export const done = (result: string): Ending => ({ status: "DONE", result });
export const refused = (why: string): Ending => ({ status: "REFUSED", result: `Not done: ${why}.` });
export const failed = (why: string): Ending => ({ status: "FAILED", result: why });

type Performer = (context: ActionContext, chosen: ChosenAction) => Promise<Ending>;

// Each can be done again after a crash between the call and its record: it finds what it did, and says so.

export const disableInAws: Performer = async (context, chosen) => {
  const { cognito } = context.gateways;
  const user = await findUser(cognito, chosen, context.signal);
  if (user === null) return done("The user is gone from AWS already.");
  if (!user.enabled) return done("The user is disabled in AWS already.");
  const why = await whyNot(context, chosen, user);
  if (why !== null) return refused(why);
  const outcome = await cognito.disableUser(user.username, context.signal);
  return done(outcome === "gone" ? "The user is gone from AWS already." : "Disabled in AWS.");
};

/** Takes nothing away, so it is done even where the finding no longer holds: the user may be back for good. */
export const enableInAws: Performer = async (context, chosen) => {
  const { cognito } = context.gateways;
  const user = await findUser(cognito, chosen, context.signal);
  if (user === null) return failed("The user is gone from AWS and cannot be enabled.");
  if (user.enabled) return done("The user is enabled in AWS already.");
  const outcome = await cognito.enableUser(user.username, context.signal);
  return outcome === "gone" ? failed("The user is gone from AWS and cannot be enabled.") : done("Enabled in AWS.");
};

export const deleteFromAws: Performer = async (context, chosen) => {
  const { cognito } = context.gateways;
  const user = await findUser(cognito, chosen, context.signal);
  if (user === null) return done("The user is gone from AWS already.");
  const why = await whyNot(context, chosen, user);
  if (why !== null) return refused(why);
  const outcome = await cognito.deleteUser(user.username, context.signal);
  return done(outcome === "gone" ? "The user is gone from AWS already." : "Deleted from AWS.");
};

async function whyNot({ db, clock }: ActionContext, chosen: ChosenAction, user: CognitoUser): Promise<string | null> {
  const { verdict, rows } = await checkFinding(db, clock, chosen, user);
  if (!verdict.holds) return verdict.why;
  const isUnsaid = (platform: string) => chosen.elsewhere !== null && !chosen.elsewhere.includes(platform);
  const unsaid = listElsewhere(rows, chosen.platform).filter((word) => !word.endsWith(DISABLED) && isUnsaid(word));
  return unsaid.length === 0
    ? null
    : `${unsaid.join(", ")} lists the user as well, which the finding did not say when the action was chosen`;
}
