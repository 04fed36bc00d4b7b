import type { Transaction } from "@drumline/db";

import type { ViewRow } from "../evaluate-user.ts";
import { foldName, isSamePlatform } from "../fold-name.ts";
import { loadViewRows } from "../listing/view-rows.sql.ts";
import { type ActionContext, deleteFromAws, done, failed, refused } from "./aws-actions.ts";
import { type ChosenAction, type Ending, recordEnding } from "./claim-actions.sql.ts";
import { deletePlatformUsers, lockPlatformUsers } from "./platform-user.sql.ts";
import { checkFinding, findUser } from "./check-finding.ts";

/** Null: recorded already, with the deletion. */
export type Recorded = null;

export async function deleteFromDatabase(
  context: ActionContext,
  chosen: ChosenAction,
  claimedBy: string,
): Promise<Recorded> {
  await deleteAndRecord(context, chosen, claimedBy, (ending) => ending);
  return null;
}

/** AWS first: a user who can still log in must not lose its data only. */
export async function deleteFromBoth(
  context: ActionContext,
  chosen: ChosenAction,
  claimedBy: string,
): Promise<Ending | Recorded> {
  const aws = await deleteFromAws(context, chosen);
  if (aws.status !== "DONE") return aws;
  await deleteAndRecord(context, chosen, claimedBy, (database) =>
    database.status === "DONE"
      ? done(`${aws.result} ${database.result}`)
      : failed(`${aws.result} The database was left as it is: ${database.result}`),
  );
  return null;
}

/** The deletion and its record in one transaction: both, or neither. */
async function deleteAndRecord(
  context: ActionContext,
  chosen: ChosenAction,
  claimedBy: string,
  toEnding: (ending: Ending) => Ending,
): Promise<void> {
  const user = await findUser(context.gateways.cognito, chosen, context.signal);
  await context.db.$transaction(async (tx) => {
    const key = { username: chosen.username, email: user === null ? chosen.email : user.email };
    const [rows = []] = await loadViewRows(tx, [key]);
    await lockPlatformUsers(tx, rows);
    const ending = toEnding(await deleteRows(tx, context, chosen, user));
    if (!(await recordEnding(tx, chosen, claimedBy, ending, context.clock.now())))
      throw new Error(`finding ${chosen.id} was taken over by another run; its deletion is rolled back`);
  });
}

async function deleteRows(
  tx: Transaction,
  { clock }: ActionContext,
  chosen: ChosenAction,
  user: Awaited<ReturnType<typeof findUser>>,
): Promise<Ending> {
  const { verdict, rows } = await checkFinding(tx, clock, chosen, user);
  const found = rowsOf(chosen, rows);
  if (found.length === 0) return done("The user is gone from the database already.");
  if (!verdict.holds) return refused(verdict.why);
  const byEmail = found.filter(({ matchedBy }) => matchedBy === "email");
  const names = new Set(byEmail.map(({ username }) => foldName(username)));
  if (names.size > 1) return refused(`${names.size} users carry the e-mail address and none the name`);
  const count = await deletePlatformUsers(tx, found);
  return done(`Deleted from the database (${count} ${count === 1 ? "row" : "rows"}).`);
}

/** Rows of the finding's platform, or of every platform where that is what it is about; a name goes before an address. */
function rowsOf({ auditType, platform }: ChosenAction, rows: readonly ViewRow[]): ViewRow[] {
  const meant = rows.filter(
    (row) => auditType === "UserNotEnabledInAnyPlatform" || isSamePlatform(row.platform, platform),
  );
  const named = meant.filter(({ matchedBy }) => matchedBy === "username");
  return named.length > 0 ? named : meant;
}
