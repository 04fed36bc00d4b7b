import { isStorableInstant } from "@drumline/core/clock";
import { findUnstorable, toStorableText } from "@drumline/core/text";
import type { CognitoUser } from "@drumline/outbound/aws";

import type { EcomnowContext } from "../../context.ts";
import { type AuditTerms, belongsTo, judgeUser } from "../judge-user.ts";
import type { Candidate } from "./candidate.sql.ts";
import { loadViewRows } from "./view-rows.sql.ts";

/** A piece of the listing, weighed. */
export interface Weighed {
  readonly listed: number;
  readonly ofPlatform: number;
  readonly candidates: readonly Candidate[];
}

// 20 pages of Cognito: few statements, little memory.
const USERS_PER_BATCH = 1_200;

/**
 * Every user of the pool, weighed against aws_user_view batch by batch. It ends without an error only when the listing
 * was complete; a reader who stops before that knows nothing.
 */
export async function* readListing(context: EcomnowContext<unknown>, terms: AuditTerms): AsyncIterable<Weighed> {
  let batch: CognitoUser[] = [];
  for await (const page of context.gateways.userAudit.cognito.listUsers(context.signal)) {
    batch.push(...page);
    if (batch.length < USERS_PER_BATCH) continue;
    yield await weigh(context, terms, batch);
    batch = [];
  }
  yield await weigh(context, terms, batch);
}

async function weigh(
  context: EcomnowContext<unknown>,
  terms: AuditTerms,
  users: readonly CognitoUser[],
): Promise<Weighed> {
  const own = users.filter((user) => belongsTo(user, terms.platform));
  const storable = own.filter((user) => isUsable(context, user));
  const rows = storable.length === 0 ? [] : await loadViewRows(context.db, storable);
  const candidates = storable.flatMap((user, index) => {
    const verdict = judgeUser(user, rows[index]!, terms);
    return verdict.holds ? [{ ...user, lastLoginAt: verdict.lastLoginAt }] : [];
  });
  return { listed: users.length, ofPlatform: own.length, candidates };
}

/** One whose name no table can keep is in no table either: it is reported, and concluded from for nobody else. */
function isUsable(
  { reportProblem }: EcomnowContext<unknown>,
  { username, sub, email, createdAt }: CognitoUser,
): boolean {
  const found = findUnstorable({ username, sub, email });
  if (found === null && isStorableInstant(createdAt)) return true;
  const problem = found === null ? "was created in no year from 1 to 9999" : `${found.path} ${found.problem}`;
  reportProblem({ recordId: toStorableText(username, 128), error: `the user cannot be judged: ${problem}` });
  return false;
}
