import type { ObservedPayment, ObservedRefund, PaymentStatus } from "../src/gateways/payments/port.ts";
import type { OrderNow } from "../src/orders/order.ts";
import type { AttemptNow } from "../src/payments/payment.ts";
import { planProviderState, type Seen } from "../src/payments/plan-provider-state.ts";

export const NOW = new Date("2026-11-20T12:30:00Z");
export const MADE = new Date("2026-11-20T12:00:00Z");

export const ORDER: OrderNow = {
  id: 1n,
  reference: "R1",
  status: "PLACED",
  paymentState: "AWAITING",
  heldReason: null,
  currency: "EUR",
  totalMinor: 1_000n,
};

export const attempt = (id: string, status: PaymentStatus = "OPEN", changes: Partial<AttemptNow> = {}): AttemptNow => ({
  id,
  orderId: 1n,
  provider: "mollie",
  providerId: `tr_${id}`,
  mode: "test",
  method: "ideal",
  status,
  rawStatus: status.toLowerCase(),
  amountMinor: 1_000n,
  currency: "EUR",
  paidMinor: null,
  paidCurrency: null,
  refundedMinor: 0n,
  isCancelable: false,
  failureReason: null,
  checkoutUrl: null,
  createdAt: MADE,
  expiresAt: null,
  captureBefore: null,
  endedAt: null,
  nextCheckAt: MADE,
  lastCheckError: null,
  refunds: [],
  disputes: [],
  ...changes,
});

export const seen = (status: PaymentStatus | null, changes: Partial<ObservedPayment> = {}): Seen => ({
  kind: "PAYMENT",
  observed: {
    providerId: "tr_a",
    reference: null,
    status,
    rawStatus: status?.toLowerCase() ?? "settling",
    mode: "test",
    method: "ideal",
    amount: { minor: 1_000n, currency: "EUR" },
    isCancelable: false,
    failureReason: null,
    checkoutUrl: null,
    createdAt: null,
    expiresAt: null,
    captureBefore: null,
    refunds: null,
    disputes: null,
    ...changes,
  },
});

export const refund = (status: ObservedRefund["status"], minor = 1_000n, providerId = "re_1"): ObservedRefund => ({
  providerId,
  reference: null,
  status,
  rawStatus: status?.toLowerCase() ?? "sulking",
  amount: { minor, currency: "EUR" },
});

/** What becomes of an order whose first attempt is seen, in words. */
export function plan(
  what: Seen,
  { order = {}, attempts = [attempt("a")] }: { order?: Partial<OrderNow>; attempts?: AttemptNow[] } = {},
) {
  const planned = planProviderState({ ...ORDER, ...order }, attempts, attempts[0]!, what, NOW);
  const { status, paymentState, heldReason } = planned.order;
  return {
    order: [status, paymentState, ...(heldReason === null ? [] : [heldReason])].join(" "),
    attempt: planned.attempt.status,
    effects: planned.effects.map(({ kind }) => kind).filter((kind) => kind !== "KNOWN_WORD"),
    isNews: planned.isNews,
    planned,
  };
}
