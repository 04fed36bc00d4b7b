import { SECOND_MS } from "@drumline/core/clock";
import { type JsonObject, pauseEnd, type Turn } from "@drumline/core/task";

import type { NewMessage } from "../messages/messages.sql.ts";
import type { CancellationDecision, WishOutcome } from "./decide-cancellation.ts";
import type { KnownPlan } from "./plan-pulled-plans.ts";
import { statusOf } from "./save-outcomes.sql.ts";
import type { CancellationSettings } from "./settings.ts";

/** The state a plan is left in. */
export interface PlanEnd {
  /** Null where it stays as it is: it waits for its order. */
  readonly status: "PROCESSING" | "COMPLETED" | "PARTIAL" | "REJECTED" | "FAILED" | null;
  readonly isFinal: boolean;
  readonly nextAttemptAt: Date;
  readonly error: string | null;
}

/** What a decision makes of its plan. A plan that waits is tried again; one whose attempts are used up has failed. */
export function planEndOf(
  { facts, outcomes }: CancellationDecision,
  isLastAttempt: boolean,
  { omsCancellationPauseSeconds }: Pick<CancellationSettings, "omsCancellationPauseSeconds">,
  turn: Turn,
): PlanEnd {
  const at = turn.now;
  const later = pauseEnd(turn, omsCancellationPauseSeconds * SECOND_MS);
  if (facts.orderId === null)
    return isLastAttempt
      ? { status: "FAILED", isFinal: true, nextAttemptAt: at, error: `order ${facts.orderNumber} never arrived` }
      : { status: null, isFinal: false, nextAttemptAt: later, error: `order ${facts.orderNumber} has not arrived yet` };
  if (outcomes.some(({ waiting }) => waiting > 0)) {
    // The first look at a package that waits is the rerun's, as soon as it runs.
    const nextAttemptAt = facts.attempts === 0 ? at : later;
    const error = "waits for packages that a carrier or a transfer has";
    return { status: "PROCESSING", isFinal: false, nextAttemptAt, error };
  }
  const done = facts.wishes.reduce((sum, wish) => sum + wish.done, 0) + sum(outcomes, ({ done: units }) => units);
  const before = facts.wishes
    .filter(({ isOpen }) => !isOpen)
    .reduce((left, wish) => left + wish.quantity - wish.done, 0);
  const rejected = before + sum(outcomes, (outcome) => outcome.rejected);
  const gaveUp = outcomes.some(({ reason }) => reason === "GAVE_UP");
  if (gaveUp) return { status: "FAILED", isFinal: true, nextAttemptAt: at, error: "gave up after the last attempt" };
  const reasons = [...new Set(outcomes.flatMap(({ reason }) => reason ?? []))].join(", ");
  const error = reasons === "" ? null : reasons;
  return {
    status: done + rejected === 0 ? "REJECTED" : statusOf(done, rejected),
    isFinal: true,
    nextAttemptAt: at,
    error,
  };
}

/** The last word to Omnitron about a plan of its own: units done and, where some are not, why. */
export function toResultMessage({ decision, end }: { decision: CancellationDecision; end: PlanEnd }): NewMessage[] {
  const { facts, outcomes } = decision;
  if (facts.pk === null) return [];
  const byWish = new Map(outcomes.map((outcome) => [outcome.wish.id, outcome]));
  const done = facts.wishes.map((wish) => wish.done + (byWish.get(wish.id)?.done ?? 0));
  const status = end.status === "COMPLETED" ? "completed" : done.some((units) => units > 0) ? "partial" : "rejected";
  const items = facts.wishes.map((wish, index): JsonObject => ({
    order_item_pk: Number(wish.itemPk),
    quantity: wish.quantity,
    done: done[index]!,
    reason: byWish.get(wish.id)?.reason ?? wish.reason,
  }));
  return [{ orderId: facts.orderId, path: `/api/i1/cancellation_plans/${facts.pk}/result`, body: { status, items } }];
}

/** The last word about a plan that was withdrawn when a part of it was done. */
export function toWithdrawnMessage({ pk, items }: Pick<KnownPlan, "pk" | "items">, orderId: bigint | null): NewMessage {
  return {
    orderId,
    path: `/api/i1/cancellation_plans/${pk}/result`,
    body: {
      status: "partial",
      items: items.map(({ itemPk, quantity, done }) => ({
        order_item_pk: Number(itemPk),
        quantity,
        done,
        reason: done < quantity ? "WITHDRAWN" : null,
      })),
    },
  };
}

/** Units of a wish that were done as returns. */
export function toReturned(
  returnedByItem: ReadonlyMap<bigint, number>,
  { wish, done }: Pick<WishOutcome, "wish" | "done">,
): number {
  return Math.min(wish.orderItemId === null ? 0 : (returnedByItem.get(wish.orderItemId) ?? 0), done);
}

const sum = (outcomes: readonly WishOutcome[], units: (outcome: WishOutcome) => number): number =>
  outcomes.reduce((total, outcome) => total + units(outcome), 0);
