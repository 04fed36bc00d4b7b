import type { PlayedDispute, PlayedPayment, PlayedRefund } from "../played-payment.ts";
import { refundedUnits } from "../played-payment.ts";

const WHOLE = new Set("BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split(" "));
const THOUSANDS = new Set("BHD JOD KWD OMR TND".split(" "));
const HUNDREDS_ONLY = new Set(["ISK", "UGX"]);

export const unitsOfWhole = (currency: string): bigint =>
  WHOLE.has(currency) ? 1n : THOUSANDS.has(currency) ? 1_000n : 100n;

/** Null: Stripe takes it; else why it does not. */
export function amountProblem(units: bigint, currency: string): string | null {
  const step = THOUSANDS.has(currency) ? 10n : HUNDREDS_ONLY.has(currency) ? 100n : 1n;
  if (units <= 0n || units > 99_999_999_999n) return "Invalid positive integer";
  return units % step === 0n ? null : `Invalid amount. ${currency} must be evenly divisible by ${step}.`;
}

const toSeconds = (ms: number): number => Math.floor(ms / 1_000);

const chargeId = ({ id }: PlayedPayment): string => `ch_${id.slice(3)}`;

export function toStatus({ status, unheardWord, redirectUrl, failureReason }: PlayedPayment): string {
  if (unheardWord !== null) return unheardWord;
  if (status === "open")
    return redirectUrl !== null && failureReason === null ? "requires_action" : "requires_payment_method";
  if (status === "pending") return "processing";
  if (status === "authorized") return "requires_capture";
  return status === "paid" ? "succeeded" : "canceled";
}

export function toIntent(payment: PlayedPayment, base: string, expand: ReadonlySet<string> = new Set()) {
  const { id, units, currency, status, method, failureReason } = payment;
  const word = toStatus(payment);
  const isCharged = status === "paid" || status === "authorized";
  const isExpanded = [...expand].some((path) => path.startsWith("latest_charge"));
  const charge = isExpanded ? toCharge(payment, expand.has("latest_charge.refunds")) : chargeId(payment);
  return {
    id,
    object: "payment_intent",
    amount: Number(units),
    amount_received: status === "paid" ? Number(units) : 0,
    amount_capturable: status === "authorized" ? Number(units) : 0,
    canceled_at: word === "canceled" ? toSeconds(payment.sinceMs.get(status) ?? payment.createdMs) : null,
    cancellation_reason: status === "expired" ? "automatic" : null,
    capture_method: payment.isManualCapture ? "manual" : "automatic",
    client_secret: `${id}_secret_sandbox`,
    confirmation_method: "automatic",
    created: toSeconds(payment.createdMs),
    currency: currency.toLowerCase(),
    description: payment.description,
    last_payment_error:
      failureReason === null
        ? null
        : {
            type: "card_error",
            code: "card_declined",
            decline_code: failureReason,
            message: "Your card was declined.",
          },
    latest_charge: isCharged ? charge : null,
    livemode: payment.mode === "live",
    metadata: payment.metadata,
    next_action:
      word === "requires_action"
        ? {
            type: "redirect_to_url",
            redirect_to_url: { url: `${base}/checkout/${id}`, return_url: payment.redirectUrl },
          }
        : null,
    payment_method_types: [method ?? "card"],
    status: word,
  };
}

function toCharge(payment: PlayedPayment, withRefunds: boolean) {
  const { units, currency, method, disputes, refunds } = payment;
  return {
    id: chargeId(payment),
    object: "charge",
    amount: Number(units),
    amount_refunded: Number(refundedUnits(payment)),
    captured: payment.status === "paid",
    created: toSeconds(payment.createdMs),
    currency: currency.toLowerCase(),
    disputed: disputes.length > 0,
    livemode: payment.mode === "live",
    paid: true,
    payment_intent: payment.id,
    payment_method_details: { type: method ?? "card" },
    refunded: refundedUnits(payment) >= units,
    ...(withRefunds
      ? {
          refunds: {
            object: "list",
            data: refunds
              .toReversed()
              .slice(0, 10)
              .map((refund) => toRefund(payment, refund)),
            has_more: refunds.length > 10,
            url: `/v1/charges/${chargeId(payment)}/refunds`,
          },
        }
      : {}),
    status: "succeeded",
  };
}

const REFUND_WORDS = {
  queued: "pending",
  pending: "pending",
  processing: "pending",
  refunded: "succeeded",
  failed: "failed",
  canceled: "canceled",
} as const;

export function toRefund(payment: PlayedPayment, refund: PlayedRefund) {
  return {
    id: refund.id,
    object: "refund",
    amount: Number(refund.units),
    charge: chargeId(payment),
    created: toSeconds(refund.createdMs),
    currency: payment.currency.toLowerCase(),
    metadata: refund.metadata,
    payment_intent: payment.id,
    reason: null,
    status: REFUND_WORDS[refund.status],
  };
}

const DISPUTE_WORDS = { received: "needs_response", reversed: "won", lost: "lost" } as const;

export function toDispute(payment: PlayedPayment, dispute: PlayedDispute) {
  return {
    id: dispute.id,
    object: "dispute",
    amount: Number(dispute.units),
    charge: chargeId(payment),
    created: toSeconds(dispute.createdMs),
    currency: payment.currency.toLowerCase(),
    is_charge_refundable: false,
    livemode: payment.mode === "live",
    metadata: {},
    payment_intent: payment.id,
    reason: dispute.reason,
    status: DISPUTE_WORDS[dispute.status],
  };
}
