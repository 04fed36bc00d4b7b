import type { Amount } from "../gateways/payments/port.ts";
import type { HeldReason, OrderNow } from "../orders/order.ts";
import { type AttemptNow, isOverUnpaid, isSettled, keptMinor, type RefundNow, sumOf } from "./payment.ts";

/** The cause of refunds that nobody has to decide: one per payment. */
export const LATE = "late";

export interface Contradiction {
  readonly reason: HeldReason;
  readonly words: string;
}

/** Money that has just come in, and where it comes to. */
export interface NewMoney {
  readonly order: OrderNow;
  /** All attempts of the order but this one. */
  readonly others: readonly AttemptNow[];
  readonly before: AttemptNow;
  readonly attempt: AttemptNow;
}

/** What new money contradicts; null where it fits, and where it goes back without a person. */
export function findContradiction({
  order,
  others,
  before,
  attempt,
  amount,
}: NewMoney & { readonly amount: Amount }): Contradiction | null {
  const paid = `${attempt.provider} has ${amount.minor} ${amount.currency} of payment ${attempt.id}`;
  if (amount.currency !== attempt.currency || attempt.currency !== order.currency)
    return { reason: "CURRENCY", words: `${paid}, expected was ${order.currency}` };
  if (amount.minor !== attempt.amountMinor)
    return { reason: "AMOUNT", words: `${paid}, expected were ${attempt.amountMinor} (minor units)` };
  const isPromise = attempt.status === "AUTHORIZED";
  if (order.status === "CANCELLED") {
    // What can be cancelled at its provider is, by the next check.
    if (!isPromise || attempt.isCancelable) return null;
    return { reason: "LATE_AUTHORIZATION", words: `${paid} authorised, and the order is cancelled` };
  }
  const othersMinor = sumOf(others, keptMinor);
  if (isSettled(before) || attempt.amountMinor === 0n || othersMinor + attempt.amountMinor <= order.totalMinor)
    return null;
  const beside = `beside ${othersMinor} of other payments, of a total of ${order.totalMinor} (minor units)`;
  if (!isPaidOtherwise(order, others, before)) return { reason: "TWICE_PAID", words: `${paid} ${beside}` };
  return isPromise ? { reason: "LATE_AUTHORIZATION", words: `${paid} authorised late, ${beside}` } : null;
}

/** Whether new money goes back at once: its order is cancelled, or it came late and others have paid. */
export function goesBack({ order, others, before, attempt }: NewMoney): boolean {
  if (attempt.status !== "PAID" || keptMinor(attempt) === 0n) return false;
  if (attempt.refunds.some(({ cause }) => cause === LATE)) return false;
  return order.status === "CANCELLED" || isPaidOtherwise(order, others, before);
}

const isPaidOtherwise = (order: OrderNow, others: readonly AttemptNow[], before: AttemptNow): boolean =>
  isOverUnpaid(before) && others.some(isSettled) && sumOf(others, keptMinor) >= order.totalMinor;

/** A refund of all that is left of an attempt, unless less is wanted; its key is made and stored before it is sent. */
export const toRefund = (
  attempt: AttemptNow,
  cause: string,
  now: Date,
  amountMinor = keptMinor(attempt),
): RefundNow => ({
  id: null,
  providerId: null,
  cause,
  amountMinor,
  currency: attempt.paidCurrency ?? attempt.currency,
  status: "DUE",
  rawStatus: null,
  createdAt: now,
  endedAt: null,
  nextCheckAt: now,
});
