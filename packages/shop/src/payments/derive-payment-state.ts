import type { OrderNow, PaymentState } from "../orders/order.ts";
import { type AttemptNow, goingBackMinor, isSettled, paidMinorOf, refundedMinorOf, sumOf } from "./payment.ts";

/** What is known of an order's money, over all its attempts; the same rows always say the same. */
export function derivePaymentState(order: OrderNow, attempts: readonly AttemptNow[]): PaymentState {
  if (order.heldReason !== null) return "HELD";
  const settled = attempts.filter(isSettled);
  if (settled.length === 0) return order.status === "CANCELLED" ? "NOT_PAID" : "AWAITING";
  if (settled.some(({ disputes }) => disputes.some(({ status }) => status !== "WON"))) return "CHARGED_BACK";
  const paid = attempts.filter(({ status }) => status === "PAID");
  const paidMinor = sumOf(paid, paidMinorOf);
  const refundedMinor = sumOf(paid, refundedMinorOf);
  if (paid.length > 0 && refundedMinor > 0n && refundedMinor >= paidMinor) return "REFUNDED";
  if (order.status === "CANCELLED") return toStateOfCancelled(paid);
  // What was paid beyond the total and went back leaves the order paid.
  const leftMinor = paidMinor - refundedMinor;
  if (refundedMinor > 0n && leftMinor < order.totalMinor) return "PARTIALLY_REFUNDED";
  if (leftMinor >= order.totalMinor) return "PAID";
  const promisedMinor = sumOf(settled, paidMinorOf) - refundedMinor;
  if (promisedMinor >= order.totalMinor) return "AUTHORIZED";
  // Less than the total, and a person let it go.
  return order.status === "PLACED" ? "AWAITING" : paid.length > 0 ? "PAID" : "AUTHORIZED";
}

/** Money of a cancelled order goes back, whether or not a refund has been decided upon yet. */
function toStateOfCancelled(paid: readonly AttemptNow[]): PaymentState {
  const owedMinor = sumOf(paid, paidMinorOf);
  if (owedMinor === 0n && sumOf(paid, goingBackMinor) === 0n) return "NOT_PAID";
  return "REFUND_DUE";
}
