import type { OrderNow } from "../orders/order.ts";
import { derivePaymentState } from "./derive-payment-state.ts";
import { toRefund } from "./find-contradiction.ts";
import { type AttemptNow, isSettled, keptMinor, type RefundNow, sumOf } from "./payment.ts";

/** A person's word on an order that is held. */
export interface Resolution {
  /** CONFIRM: the order goes on as it is. REFUND: money goes back, all of it and the order with it, or one payment's. */
  readonly decision: "CONFIRM" | "REFUND";
  /** Whose money goes back; of an order that is paid twice the later one, unless it is named. */
  readonly paymentId: string | null;
}

export type PlannedResolution =
  | { readonly refusal: string }
  | {
      readonly refusal: null;
      readonly order: OrderNow;
      /** Refunds to make, by payment. */
      readonly refunds: ReadonlyMap<string, RefundNow>;
      readonly isConfirmed: boolean;
      readonly isCancelled: boolean;
    };

/** What a person's word comes to. Pure; the order is locked by who asks. */
export function planResolution(
  order: OrderNow,
  attempts: readonly AttemptNow[],
  { decision, paymentId }: Resolution,
  now: Date,
): PlannedResolution {
  if (order.heldReason === null)
    return { refusal: `order ${order.reference} is not held: it is ${order.paymentState}` };
  if (decision === "CONFIRM") {
    if (order.status === "CANCELLED")
      return { refusal: `order ${order.reference} is cancelled and cannot be confirmed; refund it` };
    return conclude(order, attempts, new Map(), order.status === "PLACED" ? "CONFIRMED" : order.status);
  }
  const paid = attempts.filter((attempt) => attempt.status === "PAID" && keptMinor(attempt) > 0n);
  const later = paid.toSorted((one, other) => Number(other.endedAt ?? 0) - Number(one.endedAt ?? 0))[0];
  const named = paymentId ?? (order.heldReason === "TWICE_PAID" ? (later?.id ?? null) : null);
  if (named === null) {
    const refunds = new Map(paid.map((attempt) => [attempt.id, toRefund(attempt, "held", now)]));
    const canCancel = order.status === "PLACED" || order.status === "CONFIRMED";
    return conclude(order, attempts, refunds, canCancel ? "CANCELLED" : order.status);
  }
  const attempt = paid.find(({ id }) => id === named);
  if (attempt === undefined)
    return { refusal: `payment ${named} has no money of order ${order.reference} that could go back` };
  const cause = order.heldReason === "TWICE_PAID" ? "twice-paid" : "held";
  const refunds = new Map([[attempt.id, toRefund(attempt, cause, now)]]);
  const left = sumOf(attempts.filter(isSettled), keptMinor) - keptMinor(attempt);
  const isWhole = order.status === "PLACED" && left === order.totalMinor;
  return conclude(order, attempts, refunds, isWhole ? "CONFIRMED" : order.status);
}

function conclude(
  order: OrderNow,
  attempts: readonly AttemptNow[],
  refunds: ReadonlyMap<string, RefundNow>,
  status: OrderNow["status"],
): PlannedResolution {
  const after = { ...order, status, heldReason: null };
  const moved = attempts.map((attempt) => {
    const refund = refunds.get(attempt.id);
    return refund === undefined ? attempt : { ...attempt, refunds: [...attempt.refunds, refund] };
  });
  return {
    refusal: null,
    order: { ...after, paymentState: derivePaymentState(after, moved) },
    refunds,
    isConfirmed: order.status !== "CONFIRMED" && status === "CONFIRMED",
    isCancelled: order.status !== "CANCELLED" && status === "CANCELLED",
  };
}
