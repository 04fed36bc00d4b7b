import type { NewProblem, ProblemKind } from "@drumline/problems";

import { PAYMENT_DISPUTED, PAYMENT_HELD, REFUND_FAILED } from "./payment-problem-kinds.ts";
import type { OrderNow } from "../orders/order.ts";
import type { AttemptNow, DisputeNow, RefundNow } from "./payment.ts";

export const orderSubject = ({ reference }: Pick<OrderNow, "reference">) => ({ type: "shop_order", key: reference });
export const paymentSubject = ({ provider, providerId, id }: Pick<AttemptNow, "provider" | "providerId" | "id">) => ({
  type: "shop_payment",
  key: `${provider}/${providerId ?? id}`,
});
export const providerSubject = (provider: string) => ({ type: "shop_provider", key: provider });
const refundSubject = (payment: Parameters<typeof paymentSubject>[0], cause: string) => ({
  type: "shop_refund",
  key: `${paymentSubject(payment).key} ${cause}`,
});
export const disputeSubject = ({ provider }: AttemptNow, { providerId }: DisputeNow) => ({
  type: "shop_dispute",
  key: `${provider}/${providerId}`,
});

export const toHeldProblem = (order: OrderNow, words: string): NewProblem => ({
  kind: PAYMENT_HELD,
  subject: orderSubject(order),
  reason: `${order.heldReason}: ${words}`,
  detail: { orderId: String(order.id), heldReason: order.heldReason },
  actions: [
    { label: "Confirm or refund", method: "POST", path: `/api/v1/shop/orders/${order.id}/resolve` },
    { label: "Look at the order", method: "GET", path: `/api/v1/shop/orders/${order.id}` },
  ],
});

export const toPaymentProblem = (
  kind: ProblemKind,
  order: Pick<OrderNow, "reference">,
  attempt: AttemptNow,
  reason: string,
): NewProblem => ({
  kind,
  subject: paymentSubject(attempt),
  reason,
  detail: { paymentId: attempt.id, order: order.reference },
  actions: [
    { label: "Ask now", method: "POST", path: `/api/v1/shop/payments/${attempt.id}/ask` },
    { label: "Look at the payment", method: "GET", path: `/api/v1/shop/payments/${attempt.id}` },
  ],
});

export const toRefundProblem = (order: OrderNow, attempt: AttemptNow, refund: RefundNow, why: string): NewProblem => ({
  kind: REFUND_FAILED,
  subject: refundSubject(attempt, refund.cause),
  reason: `the refund of ${refund.amountMinor} ${refund.currency} (minor units) of order ${order.reference} failed: ${why}`,
  detail: { paymentId: attempt.id, refundId: refund.id },
  actions: [{ label: "Refund anew", method: "POST", path: `/api/v1/shop/payments/${attempt.id}/refunds` }],
});

export const toDisputeProblem = (order: OrderNow, attempt: AttemptNow, dispute: DisputeNow): NewProblem => ({
  kind: PAYMENT_DISPUTED,
  subject: disputeSubject(attempt, dispute),
  reason: `${dispute.amountMinor} ${dispute.currency} (minor units) of order ${order.reference} are disputed: ${dispute.status}`,
  detail: { paymentId: attempt.id, why: dispute.reason },
});

export const toUnsentRefundProblem = (
  { id, paymentId, provider, paymentProviderId, cause, amountMinor, currency, orderReference }: UnsentRefund,
  why: string,
): NewProblem => ({
  kind: REFUND_FAILED,
  subject: refundSubject({ provider, providerId: paymentProviderId, id: paymentId }, cause),
  reason: `the refund of ${amountMinor} ${currency} (minor units) of order ${orderReference} is not made: ${why}`,
  detail: { paymentId, refundId: id },
  actions: [{ label: "Refund anew", method: "POST", path: `/api/v1/shop/payments/${paymentId}/refunds` }],
});

interface UnsentRefund {
  readonly id: string;
  readonly paymentId: string;
  readonly provider: string;
  readonly paymentProviderId: string;
  readonly cause: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly orderReference: string;
}
