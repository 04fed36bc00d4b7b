import { backoffAfter, HOUR_MS, MINUTE_MS } from "@drumline/core/clock";
import { pauseEnd, turnOf, workInBatches } from "@drumline/core/task";
import { RateLimited } from "@drumline/outbound/http";
import { openProblems } from "@drumline/problems";

import { NoSuchPayment, RefundRefused } from "../gateways/payments/errors.ts";
import type { ObservedRefund, PaymentGateway } from "../gateways/payments/port.ts";
import { applyProviderState } from "./apply-provider-state.ts";
import { type AskedProviders, type PaymentContext, toCallError } from "./ask-providers.ts";
import { claimDueRefunds, type DueRefund, type RefundEnding, saveRefundEndings } from "./due-refunds.sql.ts";
import { toUnsentRefundProblem } from "./payment-problems.ts";

const BATCH = 40;
/** After so many tries without an answer a person looks; it is tried on. */
const PATIENT_ATTEMPTS = 8;

/**
 * Sends refunds that were decided upon, each once in effect: its key is on record before the call, and one that may have
 * been sent is looked up by our reference first, since providers forget keys.
 */
export async function sendDueRefunds(context: PaymentContext, providers: AskedProviders): Promise<number> {
  const { db, clock, run } = context;
  let sent = 0;
  await workInBatches(context, {
    batchSize: BATCH,
    claim: async (limit) =>
      await claimDueRefunds(db, { now: clock.now(), runId: run.id, providers: providers.open, limit }),
    work: async (due) => {
      const outcomes = await Promise.all(due.map(async (refund) => await sendOne(context, providers, refund)));
      const found = due.flatMap(({ paymentId }, index) => {
        const outcome = outcomes[index]!;
        if (isEnding(outcome)) return [];
        return [{ paymentId, source: "POLL", seen: { kind: "MONEY_BACK", refunds: [outcome] } } as const];
      });
      sent += (await applyProviderState(db, found, { now: clock.now() })).length;
      await saveUnsent(context, due, outcomes.filter(isEnding));
      context.signal.throwIfAborted();
      return due.length;
    },
  });
  return sent;
}

const isEnding = (outcome: ObservedRefund | RefundEnding): outcome is RefundEnding => "retryAt" in outcome;

async function sendOne(
  context: PaymentContext,
  providers: AskedProviders,
  refund: DueRefund,
): Promise<ObservedRefund | RefundEnding> {
  try {
    return await providers.call(refund.provider, async (gateway) => {
      const known = refund.wasSent ? await lookUp(gateway, refund, context.signal) : null;
      // Whatever it says of our reference: this is the answer to ours.
      return known ?? { ...(await sendOrFind(gateway, refund, context.signal)), reference: refund.id };
    });
  } catch (error) {
    return toEnding(context, providers, refund, error);
  }
}

async function lookUp(gateway: PaymentGateway, { id, paymentProviderId }: DueRefund, signal: AbortSignal) {
  const refunds = await gateway.listRefunds(paymentProviderId, signal);
  return refunds.find(({ reference }) => reference === id) ?? null;
}

/** A provider that knows one just like it may mean ours. */
async function sendOrFind(gateway: PaymentGateway, refund: DueRefund, signal: AbortSignal): Promise<ObservedRefund> {
  const { id, paymentProviderId, idempotencyKey, amountMinor: minor, currency, orderReference, cause } = refund;
  try {
    const description = `Refund of order ${orderReference} (${cause})`;
    const amount = { minor, currency };
    return await gateway.refund({ paymentProviderId, reference: id, idempotencyKey, amount, description }, signal);
  } catch (error) {
    const ours = error instanceof RefundRefused && error.isDuplicate ? await lookUp(gateway, refund, signal) : null;
    if (ours === null) throw error;
    return ours;
  }
}

function toEnding(
  context: PaymentContext,
  providers: AskedProviders,
  { id, provider, attempts, wasSent }: DueRefund,
  error: unknown,
): RefundEnding {
  const text = toCallError(error);
  const turn = turnOf(context);
  const isRefused = error instanceof RefundRefused;
  // A duplicate is one just like it that was made a moment ago, and is not ours: later it is none.
  if (isRefused && !error.isDuplicate) return { id, status: "FAILED", error: text, retryAt: null };
  // What is certain not to have been sent now may have been before.
  const unsent = wasSent ? "UNKNOWN" : "DUE";
  if (error instanceof NoSuchPayment) return { id, status: unsent, error: text, retryAt: pauseEnd(turn, 6 * HOUR_MS) };
  if (error instanceof RateLimited || !providers.mayAsk(provider))
    return { id, status: unsent, error: text, retryAt: providers.retryAtOf(provider) };
  const delayMs = backoffAfter(attempts, { firstMs: 2 * MINUTE_MS, longestMs: 6 * HOUR_MS });
  return { id, status: isRefused ? unsent : "UNKNOWN", error: text, retryAt: pauseEnd(turn, delayMs) };
}

async function saveUnsent(
  { db, clock, run, reportProblem }: PaymentContext,
  due: readonly DueRefund[],
  endings: readonly RefundEnding[],
): Promise<void> {
  const now = clock.now();
  for (const { id, error } of endings) reportProblem({ recordId: id, error });
  await db.$transaction(async (tx) => {
    await saveRefundEndings(tx, run.id, endings, now);
    const byId = new Map(due.map((refund) => [refund.id, refund]));
    const told = endings.filter(({ id, status }) => status === "FAILED" || byId.get(id)!.attempts >= PATIENT_ATTEMPTS);
    await openProblems(
      tx,
      told.map(({ id, error }) => toUnsentRefundProblem(byId.get(id)!, error)),
      now,
    );
  });
}
