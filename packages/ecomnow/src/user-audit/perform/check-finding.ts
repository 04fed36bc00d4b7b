import type { Clock } from "@drumline/core/clock";
import type { Database, Transaction } from "@drumline/db";
import type { CognitoGateway, CognitoUser } from "@drumline/outbound/aws";

import { evaluateUser, type Verdict, type ViewRow } from "../evaluate-user.ts";
import { loadViewRows } from "../listing/view-rows.sql.ts";
import type { ChosenAction } from "./claim-actions.sql.ts";

const DEFAULT_MONTHS = 6;

/** The user as Cognito has it now; null where it is gone, or where another user has taken the name since. */
export async function findUser(
  cognito: CognitoGateway,
  { username, awsSub }: ChosenAction,
  signal: AbortSignal,
): Promise<CognitoUser | null> {
  const user = await cognito.getUser(username, signal);
  return user === null || (awsSub !== null && user.sub !== null && user.sub !== awsSub) ? null : user;
}

export interface FindingCheck {
  readonly verdict: Verdict;
  readonly rows: readonly ViewRow[];
}

/** Whether the finding still holds, by the rule that made it. A user who is gone from Cognito counts as it was found. */
export async function checkFinding(
  db: Database | Transaction,
  clock: Clock,
  chosen: ChosenAction,
  user: CognitoUser | null,
): Promise<FindingCheck> {
  const { auditType, platform, months } = chosen;
  const key = { username: chosen.username, email: user === null ? chosen.email : user.email };
  const [rows = []] = await loadViewRows(db, [key]);
  if (user !== null && chosen.closedAt !== null)
    return { rows, verdict: { holds: false, why: `the finding was closed on ${chosen.closedAt.toISOString()}` } };
  const facts = user ?? { platform, createdAt: chosen.userCreatedAt };
  const terms = { auditType, platform, months: months ?? DEFAULT_MONTHS, now: clock.now() };
  return { rows, verdict: evaluateUser(facts, rows, terms) };
}
