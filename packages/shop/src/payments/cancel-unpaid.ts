import { HOUR_MS } from "@drumline/core/clock";
import { messageOf } from "@drumline/core/errors";
import { pauseEnd, turnOf, workInBatches } from "@drumline/core/task";

import { tellCancelled } from "../orders/tell-of-orders.ts";
import { applyProviderState, type Sighting } from "./apply-provider-state.ts";
import { type Answer, type AskedProviders, cancelOrKeep, type PaymentContext } from "./ask-providers.ts";
import { claimUnpaidOrders, putOffOrders } from "./cancel-unpaid.sql.ts";
import { derivePaymentState } from "./derive-payment-state.ts";
import { loadAttempts, lockOrders, type LockedOrder } from "./locked-orders.sql.ts";
import { type AttemptNow, isLive, isOverUnpaid } from "./payment.ts";
import { endOf } from "./plan-next-check.ts";
import { saveOrderChanges } from "./save-states.sql.ts";

const BATCH = 50;

/**
 * Cancels orders that were not paid in time: only once the provider was asked for every attempt, and every attempt that can
 * be cancelled there was. A provider that does not answer, or an attempt that may still be paid, puts the order off.
 */
export async function cancelUnpaidOrders(context: PaymentContext, providers: AskedProviders): Promise<number> {
  const { db, clock, run } = context;
  let cancelled = 0;
  await workInBatches(context, {
    batchSize: BATCH,
    claim: async (limit) => await claimUnpaidOrders(db, clock.now(), run.id, limit),
    work: async (ids) => {
      const asked = await askAttempts(context, providers, ids);
      cancelled += await cancelWhatIsOver(context, ids, asked);
      context.signal.throwIfAborted();
      return ids.length;
    },
  });
  return cancelled;
}

/** Asks for every attempt and cancels what can be cancelled; answers which were answered for. */
async function askAttempts(context: PaymentContext, providers: AskedProviders, ids: readonly bigint[]) {
  const { db, clock } = context;
  const attempts = await loadAttempts(db, ids);
  const answered = new Set<string>();
  const sightings = await Promise.all(
    attempts.map(async (attempt): Promise<Sighting[]> => {
      const answer = await settleAtProvider(context, providers, attempt);
      if (answer?.kind !== "SEEN") return [];
      if (answer.seen.kind === "PAYMENT") answered.add(attempt.id);
      return [{ paymentId: attempt.id, source: "POLL", seen: answer.seen }];
    }),
  );
  await applyProviderState(db, sightings.flat(), { now: clock.now() });
  return answered;
}

/** Null where there is nobody to ask. */
async function settleAtProvider(
  context: PaymentContext,
  providers: AskedProviders,
  attempt: AttemptNow,
): Promise<Answer | null> {
  const { provider, providerId } = attempt;
  if (providerId === null || context.gateways.payments.get(provider)?.canPoll !== true) return null;
  const asked = { ...attempt, providerId, failedChecks: 0, hasOpenRefunds: false, isUnwanted: false };
  const answer = await providers.ask(asked);
  if (answer.kind !== "SEEN" || answer.seen.kind !== "PAYMENT") return answer;
  const { observed } = answer.seen;
  if (observed.status === null || !isLive({ status: observed.status }) || !observed.isCancelable) return answer;
  try {
    const ended = await providers.call(
      provider,
      async (gateway) => await cancelOrKeep(gateway, observed, context.signal),
    );
    return { kind: "SEEN", seen: { kind: "PAYMENT", observed: ended } };
  } catch (error) {
    // It may have been cancelled: the next look tells.
    context.reportProblem({
      recordId: attempt.id,
      error: `could not be cancelled at ${provider}: ${messageOf(error)}`,
    });
    return null;
  }
}

/** Under the locks, by what is known now: a new attempt or late money since the questions keeps the order. */
async function cancelWhatIsOver(
  context: PaymentContext,
  ids: readonly bigint[],
  answered: ReadonlySet<string>,
): Promise<number> {
  const { db, clock, gateways } = context;
  const now = clock.now();
  const canBeAsked = (provider: string) => gateways.payments.get(provider)?.canPoll ?? true;
  return await db.$transaction(async (tx) => {
    const orders = [...(await lockOrders(tx, ids)).values()];
    const over = orders.filter((order) => isOver(order, answered, canBeAsked, now));
    const changes = over.map(({ order, attempts }) => {
      const after = { ...order, status: "CANCELLED" as const };
      return {
        before: order,
        after: { ...after, paymentState: derivePaymentState(after, attempts) },
        command: "CANCEL_UNPAID",
        actor: "drumline",
      };
    });
    await saveOrderChanges(tx, changes, now);
    await tellCancelled(tx, changes, now);
    await putOffOrders(tx, ids, pauseEnd(turnOf(context), HOUR_MS));
    return changes.length;
  });
}

function isOver(
  { order, attempts }: LockedOrder,
  answered: ReadonlySet<string>,
  canBeAsked: (provider: string) => boolean,
  now: Date,
): boolean {
  if (order.status !== "PLACED" || order.heldReason !== null) return false;
  return attempts.every((attempt) => {
    // Its provider never answered, so no shopper was ever led there.
    if (attempt.providerId === null) return true;
    if (!canBeAsked(attempt.provider)) return isOverUnpaid(attempt) || endOf(attempt) <= now;
    return answered.has(attempt.id) && isOverUnpaid(attempt);
  });
}
