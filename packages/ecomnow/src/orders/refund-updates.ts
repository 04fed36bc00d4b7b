import { backoffAfter, HOUR_MS, MINUTE_MS } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";
import { pauseEnd, type TaskContext, type TaskResult, type Turn, turnOf, workInBatches } from "@drumline/core/task";
import { toStorableText } from "@drumline/core/text";
import { commitApart, type Database } from "@drumline/db";
import { AuthenticationRefused, createConcurrencyLimit, RateLimited, toOutcome } from "@drumline/outbound/http";

import type { RefundChannel } from "../gateways/refund-channel.ts";
import { planRefundUpdates } from "./plan-refund-updates.ts";
import { listChangedRefunds, loadBalances, lockChangedRefunds } from "./refund.sql.ts";
import { noteEndings, notePlanned } from "./refund-problems.ts";
import {
  claimDueUpdates,
  countDueUpdates,
  type DueUpdate,
  saveEndings,
  saveRefundUpdates,
  type UpdateEnding,
} from "./refund-update.sql.ts";

const BATCH_REFUNDS = 500;
const BATCH_SENT = 20;
const MOST_LISTED = 100;
const MOST_ATTEMPTS = 10;
const MOST_REASON_CODE_POINTS = 1_000;

type Context = TaskContext<unknown, { readonly refundChannel: RefundChannel }, Database>;

/** Tells the sales channel what changed about refunds: each version once in effect, and never more than was paid. */
export async function refundUpdates(context: Context): Promise<TaskResult> {
  if (context.dryRun) return await listPlanned(context);
  const counts = { planned: 0, refused: 0, accepted: 0, rejected: 0, retried: 0, failed: 0 };
  await planAll(context, counts);
  try {
    await sendAll(context, counts);
  } catch (error) {
    throw toOutcome(error);
  }
  return counts;
}

type Counts = Record<"planned" | "refused" | "accepted" | "rejected" | "retried" | "failed", number>;

async function planAll({ db, clock, signal, limit, reportProblem }: Context, counts: Counts): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const room = Math.min(BATCH_REFUNDS, (limit ?? Infinity) - counts.planned - counts.refused);
    if (room <= 0) return;
    const planned = await db.$transaction(async (tx) => {
      const refunds = await lockChangedRefunds(tx, room);
      const balances = await loadBalances(tx, [...new Set(refunds.map(({ orderId }) => orderId))]);
      const updates = planRefundUpdates(refunds, balances);
      await saveRefundUpdates(tx, updates, clock.now());
      await notePlanned(tx, updates, clock.now());
      return updates;
    });
    for (const { refund, refusal } of planned) {
      counts[refusal === null ? "planned" : "refused"] += 1;
      if (refusal !== null) reportProblem({ recordId: refund.number, error: refusal });
    }
    if (planned.length < room) return;
  }
}

async function sendAll(context: Context, counts: Counts): Promise<void> {
  const { db, clock } = context;
  await workInBatches(context, {
    batchSize: BATCH_SENT,
    claim: (most) => claimDueUpdates(db, clock.now(), most),
    work: async (due) => {
      const { endings, stop } = await sendBatch(context, due);
      for (const { index, error } of await saveApart(context, endings))
        context.reportProblem({
          recordId: due[index]!.refund,
          error: `its answer could not be stored: ${messageOf(error)}`,
        });
      await noteEndings(db, due, endings, clock.now());
      for (const { status } of endings) counts[COUNT_OF[status]] += 1;
      if (stop !== null) throw stop;
      return due.length;
    },
  });
}

const COUNT_OF = { ACCEPTED: "accepted", REJECTED: "rejected", PENDING: "retried", FAILED: "failed" } as const;

/** Those that the database refused for their data; they stay pending, and hold up nobody. */
async function saveApart({ db, clock }: Context, endings: readonly UpdateEnding[]) {
  const outcomes = await commitApart(endings, async (some) => {
    await saveEndings(db, some, clock.now());
    return some;
  });
  return outcomes.flatMap((outcome, index) => (outcome.isCommitted ? [] : [{ index, error: outcome.error }]));
}

/** What became of each; `stop` is what concerns every further one too. Nothing is lost: an update without an ending stays pending. */
async function sendBatch(context: Context, due: readonly DueUpdate[]) {
  const { gateways, signal, reportProblem } = context;
  const limited = createConcurrencyLimit(4);
  let stop: unknown = null;
  const endings = await Promise.all(
    due.map((update) =>
      limited(async (): Promise<UpdateEnding> => {
        if (stop !== null || signal.aborted)
          return toRetry(update, turnOf(context), "was not sent: the run stopped before it", true);
        try {
          const answer = await gateways.refundChannel.send(update, signal);
          if (answer.kind === "accepted")
            return { ...NO_ENDING, id: update.id, status: "ACCEPTED", reference: answer.reference };
          reportProblem({ recordId: update.refund, error: answer.reason });
          if (answer.kind === "rejected")
            return { ...NO_ENDING, id: update.id, status: "REJECTED", reason: answer.reason };
          return toRetry(update, turnOf(context), answer.reason);
        } catch (error) {
          if (signal.aborted || error instanceof AuthenticationRefused || error instanceof RateLimited) {
            stop = error;
            return toRetry(update, turnOf(context), messageOf(error), true);
          }
          reportProblem({ recordId: update.refund, error: messageOf(error) });
          return toRetry(update, turnOf(context), messageOf(error));
        }
      }),
    ),
  );
  return { endings, stop };
}

const NO_ENDING = { reference: null, reason: null, nextAttemptAt: null };

/** Again after 1, 2, 4 … minutes, six hours at most; ten times in all, unless it was not its own fault. */
function toRetry(update: DueUpdate, turn: Turn, reason: string, isBlameless = false): UpdateEnding {
  if (!isBlameless && update.attempts >= MOST_ATTEMPTS)
    return { ...NO_ENDING, id: update.id, status: "FAILED", reason: toStorableText(reason, MOST_REASON_CODE_POINTS) };
  const delayMs = backoffAfter(update.attempts, { firstMs: MINUTE_MS, longestMs: 6 * HOUR_MS });
  const nextAttemptAt = isBlameless ? turn.now : pauseEnd(turn, delayMs);
  return {
    ...NO_ENDING,
    id: update.id,
    status: "PENDING",
    reason: toStorableText(reason, MOST_REASON_CODE_POINTS),
    nextAttemptAt,
  };
}

/** What would be sent; nothing is written. */
async function listPlanned({ db, clock, limit }: Context): Promise<TaskResult> {
  const refunds = await listChangedRefunds(db, Math.min(BATCH_REFUNDS, limit ?? Infinity));
  const planned = planRefundUpdates(
    refunds,
    await loadBalances(db, [...new Set(refunds.map(({ orderId }) => orderId))]),
  );
  return {
    wouldSend: planned.filter(({ refusal }) => refusal === null).length + (await countDueUpdates(db, clock.now())),
    wouldRefuse: planned.filter(({ refusal }) => refusal !== null).length,
    listed: planned.slice(0, MOST_LISTED).map(({ refund, amountMinor, refusal }) => ({
      refund: refund.number,
      version: refund.version,
      amountMinor: Number(amountMinor),
      refusal,
    })),
  };
}
