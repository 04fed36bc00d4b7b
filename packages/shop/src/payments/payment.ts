import type { PaymentStatus, RefundStatus } from "../gateways/payments/port.ts";

/** DUE and UNKNOWN are ours: not sent yet, and sent without an answer. */
export const STORED_REFUND_STATUSES = [
  "DUE",
  "UNKNOWN",
  "QUEUED",
  "PENDING",
  "PROCESSING",
  "REFUNDED",
  "FAILED",
  "CANCELED",
] as const satisfies readonly ("DUE" | "UNKNOWN" | RefundStatus)[];
export type StoredRefundStatus = (typeof STORED_REFUND_STATUSES)[number];

export interface RefundNow {
  /** Null for one that this very plan makes. */
  readonly id: string | null;
  readonly providerId: string | null;
  /** Unique per payment: `late`, `twice-paid`, or what asked for it. */
  readonly cause: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly status: StoredRefundStatus;
  readonly rawStatus: string | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
  readonly nextCheckAt: Date | null;
}

export interface DisputeNow {
  readonly id: string | null;
  readonly providerId: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly status: "OPEN" | "WON" | "LOST";
  readonly reason: string | null;
  readonly openedAt: Date;
  readonly endedAt: Date | null;
}

/** One attempt to pay an order, with what went back of it. */
export interface AttemptNow {
  readonly id: string;
  readonly orderId: bigint;
  readonly provider: string;
  readonly providerId: string | null;
  readonly mode: string | null;
  readonly method: string | null;
  readonly status: PaymentStatus;
  readonly rawStatus: string | null;
  /** What was asked for. */
  readonly amountMinor: bigint;
  readonly currency: string;
  /** What its provider says was paid or promised; null where it has not said so. */
  readonly paidMinor: bigint | null;
  readonly paidCurrency: string | null;
  readonly refundedMinor: bigint;
  readonly isCancelable: boolean;
  readonly failureReason: string | null;
  readonly checkoutUrl: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly captureBefore: Date | null;
  readonly endedAt: Date | null;
  readonly nextCheckAt: Date | null;
  readonly lastCheckError: string | null;
  readonly refunds: readonly RefundNow[];
  readonly disputes: readonly DisputeNow[];
}

type WithStatus = Pick<AttemptNow, "status">;

/** The money is there, or promised by the bank. */
export const isSettled = ({ status }: WithStatus): boolean => status === "PAID" || status === "AUTHORIZED";

/** May still become paid without anybody doing anything wrong. */
export const isLive = ({ status }: WithStatus): boolean => status === "OPEN" || status === "PENDING";

/** Over without money. At some providers such a payment is paid in the end all the same. */
export const isOverUnpaid = ({ status }: WithStatus): boolean =>
  status === "FAILED" || status === "CANCELED" || status === "EXPIRED";

/** What went back of an attempt, or is on its way back. */
export const goingBackMinor = ({ refunds }: Pick<AttemptNow, "refunds">): bigint =>
  refunds.reduce(
    (sum, { status, amountMinor }) => (status === "FAILED" || status === "CANCELED" ? sum : sum + amountMinor),
    0n,
  );

export const refundedMinorOf = ({ refunds }: Pick<AttemptNow, "refunds">): bigint =>
  refunds.reduce((sum, { status, amountMinor }) => (status === "REFUNDED" ? sum + amountMinor : sum), 0n);

/** What was paid, which is not always what was asked for. */
export const paidMinorOf = ({ paidMinor, amountMinor }: Pick<AttemptNow, "paidMinor" | "amountMinor">): bigint =>
  paidMinor ?? amountMinor;

/** What an attempt pays of its order, and what can go back of it. */
export function keptMinor(attempt: AttemptNow): bigint {
  const kept = isSettled(attempt) ? paidMinorOf(attempt) - goingBackMinor(attempt) : 0n;
  return kept > 0n ? kept : 0n;
}

export const sumOf = <Item>(items: readonly Item[], of: (item: Item) => bigint): bigint =>
  items.reduce((sum, item) => sum + of(item), 0n);
