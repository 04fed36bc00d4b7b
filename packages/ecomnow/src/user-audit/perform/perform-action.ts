import type { EcomnowContext } from "../../context.ts";
import { deleteFromAws, disableInAws, enableInAws } from "./aws-actions.ts";
import type { ChosenAction, Ending } from "./claim-actions.sql.ts";
import { deleteFromBoth, deleteFromDatabase } from "./database-actions.ts";
import { sendReminder } from "./send-reminder.ts";

/** One action, to its end. Null: it is recorded already, or somebody else is at it. */
export function performAction(
  context: EcomnowContext<unknown>,
  chosen: ChosenAction,
  claimedBy: string,
): Promise<Ending | null> {
  switch (chosen.action) {
    case "DISABLE_IN_AWS":
      return disableInAws(context, chosen);
    case "ENABLE_IN_AWS":
      return enableInAws(context, chosen);
    case "DELETE_FROM_AWS":
      return deleteFromAws(context, chosen);
    case "REMINDER_SENT":
      return sendReminder(context, chosen);
    case "DELETE_FROM_DB":
      return deleteFromDatabase(context, chosen, claimedBy);
    case "DELETE_FROM_AWS_AND_DB":
      return deleteFromBoth(context, chosen, claimedBy);
  }
}
