import { HOUR_MS } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";
import { pauseEnd, type TaskResult, turnOf, workInBatches } from "@drumline/core/task";
import { toStorableText } from "@drumline/core/text";
import { commitApart } from "@drumline/db";
import { toOutcome } from "@drumline/outbound/http";
import { openProblems } from "@drumline/problems";

import { applyHints, tellOrphanedHints } from "./apply-hints.ts";
import { type Applied, applyProviderState, type Sighting } from "./apply-provider-state.ts";
import { AskedProviders, ERROR_CODE_POINTS, type PaymentContext } from "./ask-providers.ts";
import { cancelUnpaidOrders } from "./cancel-unpaid.ts";
import { countUnpaidOrders } from "./cancel-unpaid.sql.ts";
import {
  claimDuePayments,
  countDuePayments,
  type NotAnswered,
  saveNotAnswered,
  takeOverduePayments,
  wakePaymentsOfRefunds,
} from "./due-payments.sql.ts";
import { countDueRefunds } from "./due-refunds.sql.ts";
import { forgetHints } from "./hints.sql.ts";
import { loadAttempts } from "./locked-orders.sql.ts";
import { PAYMENT_STUCK } from "./payment-problem-kinds.ts";
import { toPaymentProblem } from "./payment-problems.ts";
import { sendDueRefunds } from "./send-refunds.ts";

/** Asked in one go and applied in one transaction. */
const BATCH = 200;

/**
 * Asks providers what became of payments whose time has come, and follows: confirms, holds, refunds, cancels. A provider
 * that fails changes nothing, one that asks for silence gets it, and one that refuses our key ends the run once the others
 * were asked.
 */
export async function checkPaymentStatus(context: PaymentContext): Promise<TaskResult> {
  const { db, clock } = context;
  const providers = new AskedProviders(context);
  if (context.dryRun)
    return {
      wouldAsk: await countDuePayments(db, clock.now(), providers.open),
      wouldCancel: await countUnpaidOrders(db, clock.now()),
      wouldRefund: await countDueRefunds(db, clock.now()),
    };
  const counts = { asked: 0, confirmed: 0, held: 0, unknownWords: 0, failed: 0, overdue: 0, cancelled: 0, refunded: 0 };
  try {
    await forgetHints(db, clock.now());
    await tellOrphanedHints(db, clock.now());
    await db.$transaction((tx) => applyHints(tx, clock.now()));
    await wakePaymentsOfRefunds(db, clock.now());
    counts.overdue = await tellOverdue(context, providers);
    await askDue(context, providers, counts);
    counts.cancelled = await cancelUnpaidOrders(context, providers);
    counts.refunded = await sendDueRefunds(context, providers);
    await providers.conclude();
  } catch (error) {
    throw toOutcome(error);
  }
  return counts;
}

type Counts = Record<"asked" | "confirmed" | "held" | "unknownWords" | "failed", number>;

async function askDue(context: PaymentContext, providers: AskedProviders, counts: Counts): Promise<void> {
  const { db, clock, run } = context;
  await workInBatches(context, {
    batchSize: BATCH,
    claim: async (limit) =>
      await claimDuePayments(db, { now: clock.now(), runId: run.id, providers: providers.open, limit }),
    work: async (claimed) => {
      const answers = await Promise.all(claimed.map(async (payment) => await providers.ask(payment)));
      const seen = claimed.flatMap((payment, index) => {
        const answer = answers[index]!;
        return answer.kind === "SEEN" ? [{ paymentId: payment.id, source: payment.source, seen: answer.seen }] : [];
      });
      const failed = claimed.flatMap(({ id }, index): NotAnswered[] => {
        const answer = answers[index]!;
        if (answer.kind === "SEEN") return [];
        return [{ id, retryAt: answer.retryAt, error: answer.kind === "FAILED" ? answer.error : null }];
      });
      const applied = await applyApart(context, seen, failed);
      await saveNotAnswered(db, run.id, failed);
      count(counts, applied, claimed.length);
      for (const { id, error } of failed) {
        if (error === null) continue;
        counts.failed += 1;
        context.reportProblem({ recordId: id, error });
      }
      context.signal.throwIfAborted();
      return claimed.length;
    },
  });
}

/** Those that only the database refuses fail alone, and are asked again later. */
async function applyApart(
  context: PaymentContext,
  sightings: readonly Sighting[],
  failed: NotAnswered[],
): Promise<Applied[]> {
  const { db, clock, run } = context;
  const outcomes = await commitApart(
    sightings,
    async (some) => await applyProviderState(db, some, { now: clock.now(), runId: run.id }),
  );
  return outcomes.flatMap((outcome, index) => {
    if (outcome.isCommitted) return [outcome.result];
    const error = `what was seen of it could not be stored: ${messageOf(outcome.error)}`;
    const retryAt = pauseEnd(turnOf(context), HOUR_MS);
    failed.push({ id: sightings[index]!.paymentId, retryAt, error: toStorableText(error, ERROR_CODE_POINTS) });
    return [];
  });
}

function count(counts: Counts, applied: readonly Applied[], asked: number): void {
  counts.asked += asked;
  for (const { effects } of applied) {
    counts.confirmed += Number(effects.includes("CONFIRM"));
    counts.held += Number(effects.includes("HOLD"));
    counts.unknownWords += Number(effects.includes("UNKNOWN_WORD"));
  }
}

/** Payments of providers that nobody can ask, past their end without a word: a person looks. */
async function tellOverdue({ db, clock }: PaymentContext, providers: AskedProviders): Promise<number> {
  const overdue = await takeOverduePayments(db, clock.now(), providers.unasked);
  if (overdue.length === 0) return 0;
  const ids = new Set(overdue.map(({ id }) => id));
  const orders = new Map(overdue.map(({ orderId, orderReference }) => [orderId, { reference: orderReference }]));
  const attempts = (await loadAttempts(db, [...orders.keys()])).filter(({ id }) => ids.has(id));
  await openProblems(
    db,
    attempts.map((attempt) => {
      const reason = `${attempt.provider} cannot be asked, and told nothing by its end; it is ${attempt.status}`;
      return toPaymentProblem(PAYMENT_STUCK, orders.get(attempt.orderId)!, attempt, reason);
    }),
    clock.now(),
  );
  return attempts.length;
}
