import { SECOND_MS } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";
import { type JsonObject, Snooze, type TaskContext, type TaskResult } from "@drumline/core/task";
import { toStorableText } from "@drumline/core/text";
import type { Database } from "@drumline/db";
import type { CognitoGateway } from "@drumline/outbound/aws";
import { AuthenticationRefused, OutboundError, RateLimited, toOutcome } from "@drumline/outbound/http";
import { type Mailer, MailNotSent } from "@drumline/outbound/mail";

import type { EcomnowSettings } from "../../settings.ts";
import { type ActionContext, deleteFromAws, disableInAws, enableInAws } from "./aws-actions.ts";
import {
  type ChosenAction,
  claimActions,
  countActions,
  type Ending,
  giveBackLease,
  type Performable,
  putBack,
  recordEnding,
  takeLease,
} from "./claim-actions.sql.ts";
import { deleteFromBoth, deleteFromDatabase } from "./database-actions.ts";
import { dryRunActions } from "./dry-run-actions.ts";
import { sendReminder } from "./send-reminder.ts";

export interface PerformArgs {
  readonly platform?: string | undefined;
}

interface Gateways {
  readonly cognito: CognitoGateway;
  readonly mailer: Mailer;
  readonly settings: Pick<EcomnowSettings, "userAuditSecondPerson">;
}

type Context = TaskContext<PerformArgs, Gateways, Database>;

const MOST_WHY_CODE_POINTS = 1_000;
const LEASE = "user-audit/perform";
const COME_BACK_MS = 30 * SECOND_MS;
const BATCH = 50;
// Not p-limit: what no lane has begun when one stops is handed back.
const AT_ONCE = 5;
// After so many in a row the system is away, and asking on would only use up its time and ours.
const MOST_OUTAGES_IN_A_ROW = 5;

/**
 * Performs the actions that people chose (eComNow guide, "Post Action Task"), each once in effect: whatever a crash left
 * in between is found out from AWS, from the database or from the mail's record, and ended from there. One run at a time
 * in the whole system, because AWS counts the calls of an account.
 */
export async function performUserAudit(context: Context): Promise<TaskResult> {
  const { db, run } = context;
  if (context.dryRun) return dryRunActions(context, performableOf(context));
  if (!(await takeLease(db, LEASE, run.id)))
    throw new Snooze(COME_BACK_MS, "Another run performs the user audit's actions; this one comes back later.");
  try {
    return await performAll(context);
  } catch (error) {
    throw toOutcome(error);
  } finally {
    await giveBackLease(db, LEASE, run.id);
  }
}

const performableOf = ({ args, gateways }: Context): Performable => ({
  platform: args.platform,
  secondPerson: gateways.settings.userAuditSecondPerson,
});

async function performAll(context: Context): Promise<JsonObject> {
  const { db, run, limit, signal } = context;
  const which = performableOf(context);
  const claimedBy = `${run.id}/${run.attempt}`;
  const counts: Record<string, number> = { performed: 0, refused: 0, failed: 0, unknown: 0, later: 0 };
  const { actions, unconfirmed } = await countActions(db, which);
  const total = Math.min(actions, limit ?? Infinity);
  let afterId = 0n;
  let taken = 0;
  let outagesInARow = 0;

  const record = (chosen: ChosenAction, ending: Ending) =>
    db.$transaction((tx) => recordEnding(tx, chosen, claimedBy, ending, context.clock.now()));
  const perform = async (chosen: ChosenAction) => {
    try {
      signal.throwIfAborted();
      const ending = await performAction(context, chosen, claimedBy);
      outagesInARow = 0;
      if (ending !== null) await record(chosen, ending);
      const status = ending?.status ?? (await statusOf(context, chosen.id));
      count(counts, status);
      if (status === "FAILED" || status === "UNKNOWN")
        context.reportProblem({ recordId: idOf(chosen), error: ending?.result ?? "see the finding" });
    } catch (error) {
      const why = toStorableText(messageOf(error), MOST_WHY_CODE_POINTS);
      if (!(error instanceof OutboundError) || concernsAll(error)) {
        await putBack(db, chosen.id, claimedBy, why);
        throw error;
      }
      context.reportProblem({ recordId: idOf(chosen), error: why });
      if (!error.retriable) {
        await record(chosen, { status: "FAILED", result: why });
        counts["failed"]! += 1;
        return;
      }
      await putBack(db, chosen.id, claimedBy, why);
      counts["later"]! += 1;
      if ((outagesInARow += 1) >= MOST_OUTAGES_IN_A_ROW) throw error;
    }
  };

  while (taken < total) {
    const limitOfBatch = Math.min(BATCH, total - taken);
    const batch = await claimActions(db, which, { afterId, limit: limitOfBatch, claimedBy });
    if (batch.length === 0) break;
    await inParallel(batch, perform, (left) => putBack(db, left.id, claimedBy, "The run ended before its turn came."));
    afterId = batch.at(-1)!.id;
    taken += batch.length;
    context.progress(taken, total);
    if (!(await takeLease(db, LEASE, run.id)))
      throw new Snooze(COME_BACK_MS, "The lease ran out, and another run performs the actions now.");
  }
  return unconfirmed === 0 ? counts : { ...counts, unconfirmed };
}

/** One action, to its end. Null: it is recorded already, or somebody else is at it. */
function performAction(context: ActionContext, chosen: ChosenAction, claimedBy: string): Promise<Ending | null> {
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

const idOf = ({ id, username }: ChosenAction): string => `user_audit ${id} (${username})`;

/** What is true of one user is true of all: go no further. */
const concernsAll = (error: OutboundError): boolean =>
  error instanceof AuthenticationRefused || error instanceof RateLimited || error instanceof MailNotSent;

function count(counts: Record<string, number>, status: string): void {
  const name = { DONE: "performed", REFUSED: "refused", FAILED: "failed", UNKNOWN: "unknown" }[status] ?? "later";
  counts[name]! += 1;
}

/** Of one that was recorded in the transaction of its deletion. */
async function statusOf({ db }: ActionContext, id: bigint): Promise<string> {
  const row = await db.userAudit.findUniqueOrThrow({ where: { id }, select: { actionStatus: true } });
  return row.actionStatus;
}

/** A few at a time. After the first error nothing new is begun, what is under way ends, and the rest is handed back. */
async function inParallel<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
  handBack: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  const errors: unknown[] = [];
  const lane = async () => {
    for (let item = waiting.shift(); item !== undefined; item = errors.length > 0 ? undefined : waiting.shift()) {
      try {
        await work(item);
      } catch (error) {
        errors.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  for (const item of waiting) await handBack(item);
  if (errors.length > 0) throw errors[0];
}
