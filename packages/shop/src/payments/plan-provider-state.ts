import { toStorableText } from "@drumline/core/text";

import type { ObservedDispute, ObservedPayment, ObservedRefund, PaymentStatus } from "../gateways/payments/port.ts";
import { derivePaymentState } from "./derive-payment-state.ts";
import type { HeldReason, OrderNow } from "../orders/order.ts";
import {
  type AttemptNow,
  isLive,
  isOverUnpaid,
  isSettled,
  keptMinor,
  refundedMinorOf,
  type RefundNow,
  sumOf,
} from "./payment.ts";
import { type Contradiction, findContradiction, goesBack, LATE, toRefund } from "./find-contradiction.ts";
import { planNextCheck } from "./plan-next-check.ts";
import { type MoneyBackEffect, planDisputes, planRefunds } from "./plan-refunds.ts";

/** What was seen of a payment, by whichever way. */
export type Seen =
  | { readonly kind: "PAYMENT"; readonly observed: ObservedPayment }
  /** Its refunds or disputes alone, as the answer to one of them has them. */
  | {
      readonly kind: "MONEY_BACK";
      readonly refunds: readonly ObservedRefund[];
      readonly disputes?: readonly ObservedDispute[] | undefined;
    }
  /** The provider says that it has no such payment. */
  | { readonly kind: "NOT_FOUND" };

/** What follows, besides the rows themselves. */
export type Effect =
  | { readonly kind: "CONFIRM" }
  | { readonly kind: "HOLD"; readonly reason: HeldReason; readonly words: string }
  | { readonly kind: "RELEASE_HOLD"; readonly reason: HeldReason }
  | { readonly kind: "REFUND"; readonly refund: RefundNow }
  | { readonly kind: "UNKNOWN_WORD"; readonly word: string }
  | { readonly kind: "KNOWN_WORD" }
  | { readonly kind: "CONTRADICTION"; readonly word: string }
  | { readonly kind: "NOT_FOUND" }
  | { readonly kind: "FOUND" }
  /** Past its end, and still neither paid nor over. */
  | { readonly kind: "STUCK" }
  | MoneyBackEffect;

export interface PlannedState {
  /** Both as they are afterwards. */
  readonly order: OrderNow;
  readonly attempt: AttemptNow;
  readonly effects: readonly Effect[];
  /** False where nothing was seen that was not known: no line in the history. */
  readonly isNews: boolean;
}

/** In `lastCheckError` as well: what was not found and is found is news. */
export const NOT_FOUND = "NOT_FOUND";

const endsByItself = (reason: HeldReason): boolean => reason === NOT_FOUND || reason === "UNDERPAID";

const WORD_CODE_POINTS = 100;
const TEXT_CODE_POINTS = 500;
const URL_CODE_POINTS = 2_000;

/**
 * The one rule of what a provider's words mean for an order. `attempts` are all of the order's, `attempt` the one that was
 * seen. Final words never go back, except that an ended attempt may be paid late; an attempt that ended is not an order that
 * ended; money that contradicts the order holds it for a person.
 */
export function planProviderState(
  order: OrderNow,
  attempts: readonly AttemptNow[],
  attempt: AttemptNow,
  seen: Seen,
  now: Date,
): PlannedState {
  if (seen.kind === "NOT_FOUND") return planNotFound(order, attempts, attempt, now);
  const others = attempts.filter(({ id }) => id !== attempt.id);
  const followed = seen.kind === "PAYMENT" ? followWord(attempt, seen.observed, now) : { attempt, effects: [] };
  const { refunds, disputes } = seen.kind === "PAYMENT" ? seen.observed : seen;
  const back = planRefunds(followed.attempt, refunds ?? [], now);
  const disputed = planDisputes(followed.attempt, disputes ?? [], now);
  const moved: AttemptNow = { ...followed.attempt, refunds: back.refunds, disputes: disputed.disputes };
  const effects: Effect[] = [...followed.effects, ...back.effects, ...disputed.effects];
  const isNewlySettled = isSettled(moved) && moved.status !== attempt.status;
  const contradiction =
    isNewlySettled && seen.kind === "PAYMENT"
      ? findContradiction({ order, others, before: attempt, attempt: moved, amount: seen.observed.amount })
      : null;
  if (contradiction !== null) effects.push({ kind: "HOLD", ...contradiction });
  const settled = settle({
    order,
    others,
    attempt: moved,
    contradiction,
    goesBack: isNewlySettled && contradiction === null && goesBack({ order, others, before: attempt, attempt: moved }),
    isFound: effects.some(({ kind }) => kind === "FOUND"),
    now,
  });
  effects.push(...settled.effects);
  return {
    order: settled.order,
    attempt: settled.attempt,
    effects,
    isNews: effects.length > 0 || moved.status !== attempt.status || moved.rawStatus !== attempt.rawStatus,
  };
}

/** The attempt after the provider's word for it. */
function followWord(attempt: AttemptNow, observed: ObservedPayment, now: Date) {
  const rawStatus = toStorableText(observed.rawStatus, WORD_CODE_POINTS);
  const status =
    observed.status !== null && mayBecome(attempt.status, observed.status) ? observed.status : attempt.status;
  const effects: Effect[] = [];
  const isOtherWord = rawStatus !== attempt.rawStatus;
  // Two who ask at once may come back in either order: an older word is on record, and leaves no trace in the row.
  const isContradiction = observed.status !== null && status !== observed.status;
  if (isContradiction) effects.push({ kind: "CONTRADICTION", word: rawStatus });
  else if (isOtherWord)
    effects.push(observed.status === null ? { kind: "UNKNOWN_WORD", word: rawStatus } : { kind: "KNOWN_WORD" });
  if (attempt.lastCheckError === NOT_FOUND) effects.push({ kind: "FOUND" });
  const isPaidNow = !isContradiction && observed.status !== null && isSettled({ status: observed.status });
  const changed: AttemptNow = {
    ...attempt,
    status,
    paidMinor: isPaidNow ? observed.amount.minor : attempt.paidMinor,
    paidCurrency: isPaidNow ? toStorableText(observed.amount.currency, WORD_CODE_POINTS) : attempt.paidCurrency,
    rawStatus: isContradiction ? attempt.rawStatus : rawStatus,
    providerId: attempt.providerId ?? toStorableText(observed.providerId, TEXT_CODE_POINTS),
    mode: textOr(observed.mode, attempt.mode, WORD_CODE_POINTS),
    method: textOr(observed.method, attempt.method, WORD_CODE_POINTS),
    isCancelable: observed.isCancelable,
    failureReason: textOr(observed.failureReason, attempt.failureReason, TEXT_CODE_POINTS),
    checkoutUrl: textOr(observed.checkoutUrl, attempt.checkoutUrl, URL_CODE_POINTS),
    expiresAt: observed.expiresAt ?? attempt.expiresAt,
    captureBefore: observed.captureBefore ?? attempt.captureBefore,
    endedAt: status === attempt.status ? attempt.endedAt : isOverUnpaid({ status }) || status === "PAID" ? now : null,
    lastCheckError: null,
  };
  return { attempt: changed, effects };
}

const textOr = (said: string | null, known: string | null, codePoints: number): string | null =>
  said === null ? known : toStorableText(said, codePoints);

/** A declined try is open again at some providers; everything else goes forward, and out of an end only into money. */
function mayBecome(from: PaymentStatus, to: PaymentStatus): boolean {
  if (from === to) return true;
  if (from === "PAID") return false;
  if (isOverUnpaid({ status: from })) return isSettled({ status: to });
  if (from === "AUTHORIZED") return !isLive({ status: to });
  return true;
}

interface Moved {
  readonly order: OrderNow;
  readonly others: readonly AttemptNow[];
  readonly attempt: AttemptNow;
  readonly contradiction: Contradiction | null;
  readonly goesBack: boolean;
  readonly isFound: boolean;
  readonly now: Date;
}

/** What the order comes to, now that all its attempts are known. */
function settle({ order, others, attempt: moved, contradiction, goesBack: isBack, isFound, now }: Moved) {
  const effects: Effect[] = [];
  let attempt = moved;
  let { status, heldReason } = order;
  if (contradiction !== null && (heldReason === null || endsByItself(heldReason))) heldReason = contradiction.reason;
  if (isBack) {
    const refund = toRefund(attempt, LATE, now);
    attempt = { ...attempt, refunds: [...attempt.refunds, refund] };
    effects.push({ kind: "REFUND", refund });
  }
  const all = [...others, attempt];
  const keptOfAll = sumOf(all, keptMinor);
  const isPaid = all.some(isSettled) && keptOfAll === order.totalMinor;
  if ((heldReason === NOT_FOUND && isFound) || (heldReason === "UNDERPAID" && isPaid)) {
    effects.push({ kind: "RELEASE_HOLD", reason: heldReason });
    heldReason = null;
  }
  if (heldReason === null && status === "PLACED") {
    if (isPaid) {
      status = "CONFIRMED";
      effects.push({ kind: "CONFIRM" });
    } else if (isSettled(attempt) && keptOfAll < order.totalMinor && !all.some(isLive)) {
      heldReason = "UNDERPAID";
      const words = `${keptOfAll} of ${order.totalMinor} ${order.currency} is paid (minor units), and no other payment is open`;
      effects.push({ kind: "HOLD", reason: heldReason, words });
    }
  }
  const nextCheckAt = planNextCheck(attempt, now);
  attempt = { ...attempt, refundedMinor: refundedMinorOf(attempt), nextCheckAt };
  if (nextCheckAt === null && attempt.providerId !== null && (isLive(attempt) || attempt.status === "AUTHORIZED"))
    effects.push({ kind: "STUCK" });
  const after = { ...order, status, heldReason };
  return { order: { ...after, paymentState: derivePaymentState(after, [...others, attempt]) }, attempt, effects };
}

/** Never FAILED: it is our key that is wrong, and the money may be there. Holds what waits for money, and goes by itself. */
function planNotFound(order: OrderNow, attempts: readonly AttemptNow[], attempt: AttemptNow, now: Date): PlannedState {
  const isNews = attempt.lastCheckError !== NOT_FOUND;
  const effects: Effect[] = [{ kind: "NOT_FOUND" }];
  let { heldReason } = order;
  if (heldReason === null && order.status === "PLACED" && !isOverUnpaid(attempt)) {
    heldReason = NOT_FOUND;
    const words = `${attempt.provider} says that it has no payment ${attempt.providerId}`;
    effects.push({ kind: "HOLD", reason: heldReason, words });
  }
  const asked = { ...attempt, lastCheckError: NOT_FOUND, nextCheckAt: planNextCheck(attempt, now) };
  const after = { ...order, heldReason };
  const all = attempts.map((one) => (one.id === attempt.id ? asked : one));
  return { order: { ...after, paymentState: derivePaymentState(after, all) }, attempt: asked, effects, isNews };
}
