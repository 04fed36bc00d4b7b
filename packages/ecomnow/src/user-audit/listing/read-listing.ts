import { isStorableInstant } from "@drumline/core/clock";
import type { TaskContext } from "@drumline/core/task";
import { findUnstorable, toStorableText } from "@drumline/core/text";
import type { Database } from "@drumline/db";
import type { CognitoGateway, CognitoUser } from "@drumline/outbound/aws";

import { type AuditTerms, belongsTo, evaluateUser, listElsewhere, platformOf } from "../evaluate-user.ts";
import { toPlatformWord } from "../fold-name.ts";
import type { Candidate } from "./candidate.sql.ts";
import { loadViewRows } from "./view-rows.sql.ts";

type Context = TaskContext<unknown, { readonly cognito: Pick<CognitoGateway, "listUsers"> }, Database>;

/** What the audit made of a piece of the listing. */
export interface JudgedBatch {
  readonly listed: number;
  readonly ofPlatform: number;
  readonly candidates: readonly Candidate[];
  /** The platforms of the others, one for each. */
  readonly others: readonly string[];
}

// 20 pages of Cognito: few statements, little memory.
const USERS_PER_BATCH = 1_200;
const MOST_WORD_CODE_POINTS = 64;

/**
 * Every user of the pool, judged by aws_user_view batch by batch. It ends without an error only when the listing
 * was complete; a reader who stops before that knows nothing.
 */
export async function* readListing(context: Context, terms: AuditTerms): AsyncIterable<JudgedBatch> {
  let batch: CognitoUser[] = [];
  for await (const page of context.gateways.cognito.listUsers(context.signal)) {
    batch.push(...page);
    if (batch.length < USERS_PER_BATCH) continue;
    yield await judge(context, terms, batch);
    batch = [];
  }
  yield await judge(context, terms, batch);
}

async function judge(context: Context, terms: AuditTerms, users: readonly CognitoUser[]): Promise<JudgedBatch> {
  const own = users.filter((user) => belongsTo(user, terms.platform));
  const storable = own.filter((user) => isUsable(context, user));
  const rows = storable.length === 0 ? [] : await loadViewRows(context.db, storable);
  const candidates = storable.flatMap((user, index) => {
    const verdict = evaluateUser(user, rows[index]!, terms);
    const elsewhere = listElsewhere(rows[index]!, terms.platform);
    return verdict.holds ? [{ ...user, lastLoginAt: verdict.lastLoginAt, elsewhere }] : [];
  });
  const others = users
    .filter((user) => !belongsTo(user, terms.platform))
    .map((user) => toStorableText(toPlatformWord(platformOf(user)), MOST_WORD_CODE_POINTS));
  return { listed: users.length, ofPlatform: own.length, candidates, others };
}

/** One whose name no table can keep is in no table either: it is reported, and concluded from for nobody else. */
function isUsable({ reportProblem }: Context, { username, sub, email, createdAt }: CognitoUser): boolean {
  const found = findUnstorable({ username, sub, email });
  if (found === null && isStorableInstant(createdAt)) return true;
  const problem = found === null ? "was created in no year from 1 to 9999" : `${found.path} ${found.problem}`;
  reportProblem({ recordId: toStorableText(username, 128), error: `the user cannot be judged: ${problem}` });
  return false;
}
