export const ORDER_STATUSES = ["PLACED", "CONFIRMED", "PACKED", "SHIPPED", "DELIVERED", "CANCELLED"] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

export const PAYMENT_STATES = [
  "AWAITING",
  "AUTHORIZED",
  "PAID",
  "PARTIALLY_REFUNDED",
  "REFUNDED",
  "CHARGED_BACK",
  "HELD",
  "REFUND_DUE",
  "NOT_PAID",
] as const;
export type PaymentState = (typeof PAYMENT_STATES)[number];

/** Why the money of an order contradicts it. UNDERPAID and NOT_FOUND end by themselves, the others by a person's word. */
export const HELD_REASONS = [
  "AMOUNT",
  "CURRENCY",
  "TWICE_PAID",
  "UNDERPAID",
  "NOT_FOUND",
  "LATE_AUTHORIZATION",
] as const;
export type HeldReason = (typeof HELD_REASONS)[number];

/** An order as the rule needs it, read under its lock. */
export interface OrderNow {
  readonly id: bigint;
  readonly reference: string;
  readonly status: OrderStatus;
  readonly paymentState: PaymentState;
  readonly heldReason: HeldReason | null;
  readonly currency: string;
  readonly totalMinor: bigint;
}
