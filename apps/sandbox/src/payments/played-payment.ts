/** A payment's word, as Mollie has it; Stripe's wire puts its own in their place. */
export const PLAYED_STATUSES = ["open", "pending", "authorized", "paid", "failed", "canceled", "expired"] as const;
export type PlayedStatus = (typeof PLAYED_STATUSES)[number];

export const PLAYED_REFUND_STATUSES = ["queued", "pending", "processing", "refunded", "failed", "canceled"] as const;
export type PlayedRefundStatus = (typeof PLAYED_REFUND_STATUSES)[number];

export type PlayedDisputeStatus = "received" | "reversed" | "lost";

export type Mode = "live" | "test";

export interface NewPlayedPayment {
  readonly mode: Mode;
  /** In what the provider counts its currency in. */
  readonly units: bigint;
  /** ISO 4217, in capitals. */
  readonly currency: string;
  readonly description: string | null;
  readonly metadata: unknown;
  readonly redirectUrl: string | null;
  readonly webhookUrl: string | null;
  readonly method: string | null;
  readonly isManualCapture: boolean;
}

export interface PlayedPayment extends Omit<NewPlayedPayment, "method"> {
  readonly id: string;
  readonly createdMs: number;
  method: string | null;
  status: PlayedStatus;
  /** When it came into each of its statuses. */
  readonly sinceMs: Map<PlayedStatus, number>;
  expiresMs: number | null;
  failureReason: string | null;
  /** A word that nobody has heard of yet, which the wire says instead of the status. */
  unheardWord: string | null;
  readonly refunds: PlayedRefund[];
  readonly disputes: PlayedDispute[];
}

export interface PlayedRefund {
  readonly id: string;
  readonly units: bigint;
  readonly description: string | null;
  readonly metadata: unknown;
  readonly createdMs: number;
  status: PlayedRefundStatus;
}

export interface PlayedDispute {
  readonly id: string;
  readonly units: bigint;
  readonly reason: string;
  readonly createdMs: number;
  status: PlayedDisputeStatus;
  endedMs: number | null;
}

/** What can come of a payment: the words that a word may become. */
const NEXT: Readonly<Record<PlayedStatus, readonly PlayedStatus[]>> = {
  open: ["pending", "authorized", "paid", "failed", "canceled", "expired"],
  pending: ["paid", "failed", "canceled", "expired"],
  authorized: ["paid", "canceled", "expired"],
  paid: [],
  failed: [],
  canceled: [],
  expired: [],
};

export const canBecome = (payment: PlayedPayment, status: PlayedStatus): boolean =>
  NEXT[payment.status].includes(status);

export const isOver = ({ status }: PlayedPayment): boolean => NEXT[status].length === 0;

/** Of a card in test mode: the amounts, in whole units, that choose why it is refused. */
const CARD_AMOUNTS: ReadonlyMap<bigint, string> = new Map([
  [1_001n, "invalid_card_number"],
  [1_002n, "invalid_cvv"],
  [1_003n, "invalid_card_holder_name"],
  [1_004n, "card_expired"],
  [1_005n, "invalid_card_type"],
  [1_006n, "refused_by_issuer"],
  [1_007n, "insufficient_funds"],
  [1_008n, "inactive_card"],
  [1_009n, "possible_fraud"],
  [1_010n, "authentication_failed"],
  [1_011n, "card_declined"],
]);

/** Why a card is refused that pays so much in test mode; null: it is not. */
export function cardRefusal({ mode, method, units }: PlayedPayment, unitsOfWhole: bigint): string | null {
  if (mode !== "test" || (method !== "creditcard" && method !== "card") || units % unitsOfWhole !== 0n) return null;
  return CARD_AMOUNTS.get(units / unitsOfWhole) ?? null;
}

/** What a refund takes of a payment: failed and cancelled ones leave it where it is. */
export const refundedUnits = ({ refunds }: PlayedPayment): bigint =>
  refunds.reduce((sum, { status, units }) => (status === "failed" || status === "canceled" ? sum : sum + units), 0n);
