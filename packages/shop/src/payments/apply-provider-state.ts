import { toStorableText } from "@drumline/core/text";
import type { Database, Transaction } from "@drumline/db";

import { loadOrderIds, lockOrders } from "./locked-orders.sql.ts";
import { type Effect, planProviderState, type Seen } from "./plan-provider-state.ts";
import { saveAttempts, saveDisputes, saveObservations, saveOrderChanges, saveRefunds } from "./save-states.sql.ts";
import { type AppliedPlan, tellEffects } from "./tell-effects.ts";

/** Why a payment was looked at. */
export const SOURCES = ["POLL", "WEBHOOK", "RETURN", "MANUAL", "RECONCILE"] as const;
export type Source = (typeof SOURCES)[number];

/** What was seen of one payment. */
export interface Sighting {
  readonly paymentId: string;
  readonly source: Source;
  readonly seen: Seen;
}

/** What followed of one sighting; nothing where its payment is gone. */
export interface Applied {
  readonly paymentId: string;
  readonly effects: readonly Effect["kind"][];
}

/**
 * Applies what was seen of payments, whoever saw it: poll, webhook, the shopper's return, a person, reconciliation. All of
 * it in one transaction under the locks of the orders: rows, history, notices, events, movements, refunds and problems come
 * about together or not at all, and what was applied before changes nothing. Several sightings of one order are applied in
 * their order. Ends the claims of `runId`.
 */
export async function applyProviderState(
  db: Database,
  sightings: readonly Sighting[],
  { now, runId = null }: { readonly now: Date; readonly runId?: string | null },
): Promise<Applied[]> {
  if (sightings.length === 0) return [];
  return await db.$transaction(async (tx) => await applyInTransaction(tx, sightings, now, runId));
}

/** As `applyProviderState`, with what the transaction does besides. */
export async function applyInTransaction(
  tx: Transaction,
  sightings: readonly Sighting[],
  now: Date,
  runId: string | null,
): Promise<Applied[]> {
  const orderIds = await loadOrderIds(
    tx,
    sightings.map(({ paymentId }) => paymentId),
  );
  const locked = await lockOrders(tx, [...new Set(orderIds.values())]);
  const states = new Map([...locked].map(([id, { order, attempts }]) => [id, { order, attempts }]));
  const plans: (AppliedPlan & Sighting)[] = [];
  const applied: Applied[] = [];
  for (const sighting of sightings) {
    const orderId = orderIds.get(sighting.paymentId);
    const state = orderId === undefined ? undefined : states.get(orderId);
    const before = state?.attempts.find(({ id }) => id === sighting.paymentId);
    const done: Effect["kind"][] = [];
    applied.push({ paymentId: sighting.paymentId, effects: done });
    // Erased since it was asked.
    if (state === undefined || before === undefined) continue;
    const plan = planProviderState(state.order, state.attempts, before, sighting.seen, now);
    const attempts = state.attempts.map((one) => (one.id === before.id ? plan.attempt : one));
    states.set(orderId!, { order: { ...state.order, ...plan.order }, attempts });
    plans.push({ ...plan, ...sighting, before });
    done.push(...plan.effects.map(({ kind }) => kind));
  }
  await save(tx, plans, now, runId);
  await saveOrderChanges(
    tx,
    [...locked].map(([id, { order }]) => ({
      before: order,
      after: states.get(id)!.order,
      command: "PROVIDER_STATE",
      actor: "drumline",
    })),
    now,
  );
  await tellEffects(tx, plans, now);
  return applied;
}

async function save(
  tx: Transaction,
  plans: readonly (AppliedPlan & Sighting)[],
  now: Date,
  runId: string | null,
): Promise<void> {
  const last = new Map(plans.map(({ attempt }) => [attempt.id, attempt]));
  const first = new Map(plans.toReversed().map(({ before }) => [before.id, before]));
  await saveAttempts(tx, [...last.values()], runId);
  const moneyBack = [...last.values()].map((attempt) => {
    const { refunds, disputes } = first.get(attempt.id)!;
    return {
      ...attempt,
      // Only what the plan touched: a refund that is being sent right now is its sender's.
      refunds: attempt.refunds.filter((refund) => !refunds.includes(refund)),
      disputes: attempt.disputes.filter((dispute) => !disputes.includes(dispute)),
    };
  });
  await saveRefunds(tx, moneyBack, { requestedBy: "drumline" });
  await saveDisputes(tx, moneyBack);
  await saveObservations(tx, plans.filter(({ isNews }) => isNews).map(toObservation), now);
}

function toObservation({ paymentId, source, seen, before, attempt, effects }: AppliedPlan & Sighting) {
  const words = effects.map(({ kind }) => kind).filter((kind) => kind !== "KNOWN_WORD");
  const hold = effects.find((effect) => effect.kind === "HOLD");
  return {
    paymentId,
    source,
    rawStatus: seen.kind === "PAYMENT" ? toStorableText(seen.observed.rawStatus, 100) : seen.kind,
    fromStatus: before.status,
    toStatus: attempt.status,
    effect: words.length === 0 ? "NONE" : words.join(" "),
    detail: hold === undefined ? {} : { held: hold.reason, words: hold.words },
  };
}
