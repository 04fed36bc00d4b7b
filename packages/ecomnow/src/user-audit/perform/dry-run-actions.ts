import { messageOf } from "@drumline/core/errors";
import type { JsonObject } from "@drumline/core/task";
import { OutboundError } from "@drumline/outbound/http";

import type { ActionContext } from "./aws-actions.ts";
import { type ChosenAction, countActions, loadActions, type Performable } from "./claim-actions.sql.ts";
import { checkFinding, findUser } from "./check-finding.ts";

// Each asks Cognito once, at the pace of admin calls.
const MOST_LISTED = 100;

/** What would be performed, and whether each finding holds at this moment; asks, and does nothing. */
export async function dryRunActions(context: ActionContext, which: Performable): Promise<JsonObject> {
  const { db, signal, limit } = context;
  const actions = await loadActions(db, which, Math.min(limit ?? MOST_LISTED, MOST_LISTED));
  const wouldPerform: JsonObject[] = [];
  for (const chosen of actions) {
    signal.throwIfAborted();
    const { id, username, action, auditType, actionSetBy, confirmedBy } = chosen;
    wouldPerform.push({
      id: Number(id),
      username,
      platform: chosen.platform,
      auditType,
      action,
      chosenBy: actionSetBy,
      ...(confirmedBy === null ? {} : { confirmedBy }),
      ...(await checkNow(context, chosen)),
    });
  }
  const { actions: pending, unconfirmed } = await countActions(db, which);
  return { pending, ...(unconfirmed === 0 ? {} : { unconfirmed }), wouldPerform };
}

async function checkNow({ db, clock, gateways, signal }: ActionContext, chosen: ChosenAction) {
  try {
    const user = await findUser(gateways.cognito, chosen, signal);
    const { verdict } = await checkFinding(db, clock, chosen, user);
    return { inAws: user !== null, holds: verdict.holds, why: verdict.holds ? null : verdict.why };
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    return { inAws: null, holds: null, why: messageOf(error) };
  }
}
