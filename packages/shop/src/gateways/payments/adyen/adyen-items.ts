import { z } from "zod";

import { adyenUnits, parseWireUnits } from "../amounts.ts";
import { currency, instantOrNull, providerId, wholeNumber, word, wordOrNull } from "../answer-fields.ts";
import type { Amount, DisputeStatus, PaymentHint, PaymentStatus } from "../port.ts";

/** `success` is the word "true" or "false": of both, only the first is. */
const success = z.union([z.enum(["true", "false"]), z.boolean().transform((value) => (value ? "true" : "false"))]);

export const itemSchema = z.object({
  pspReference: providerId,
  originalReference: z.union([providerId, z.literal("")]).nullish(),
  merchantAccountCode: z.string().max(500),
  merchantReference: z.string().max(500).nullish(),
  amount: z.object({ value: wholeNumber, currency }),
  eventCode: word,
  eventDate: instantOrNull,
  success,
  paymentMethod: wordOrNull,
  reason: wordOrNull,
  additionalData: z.record(z.string(), z.unknown()).nullish().catch(null),
});
export type AdyenItem = z.output<typeof itemSchema>;

const DISPUTES: ReadonlyMap<string, DisputeStatus> = new Map([
  ["NOTIFICATION_OF_CHARGEBACK", "OPEN"],
  ["CHARGEBACK", "OPEN"],
  ["SECOND_CHARGEBACK", "LOST"],
  ["PREARBITRATION_LOST", "LOST"],
  ["PREARBITRATION_WON", "WON"],
  ["CHARGEBACK_REVERSED", "WON"],
]);
const REFUNDS = new Set(["REFUND", "REFUND_WITH_DATA", "REFUND_FAILED", "REFUNDED_REVERSED"]);

/** What an item says of a payment; null where it says nothing of one, as most of Adyen's events do. */
export function toHint(
  item: AdyenItem,
  context: { readonly isLive: boolean; readonly isManualCapture: boolean },
): PaymentHint | null {
  const amount = parseWireUnits(item.amount.value, item.amount.currency, adyenUnits);
  const hint = {
    providerId: item.originalReference || item.pspReference,
    // The three together are what one event is known by.
    eventId: `${item.pspReference}:${item.eventCode}:${item.success}`,
    observed: null,
  };
  const eventCode = toPlainCode(item);
  const dispute = DISPUTES.get(eventCode);
  if (dispute !== undefined) return { ...hint, disputes: [toDispute(item, dispute, amount)] };
  if (REFUNDS.has(eventCode)) return { ...hint, refunds: [toRefund(item, eventCode, amount)] };
  const status = toStatus(eventCode, item.success === "true", context.isManualCapture);
  if (status === undefined) return null;
  return {
    ...hint,
    observed: {
      providerId: hint.providerId,
      reference: item.merchantReference ?? null,
      status,
      rawStatus: `${item.eventCode} ${item.success}`,
      mode: context.isLive ? "live" : "test",
      method: item.paymentMethod,
      amount,
      isCancelable: false,
      failureReason: status === "FAILED" ? item.reason : null,
      checkoutUrl: null,
      createdAt: null,
      expiresAt: null,
      captureBefore: null,
      refunds: null,
      disputes: null,
    },
  };
}

/** A cancel-or-refund says in its details which of both it was. */
function toPlainCode({ eventCode, additionalData }: AdyenItem): string {
  if (eventCode !== "CANCEL_OR_REFUND") return eventCode;
  return additionalData?.["modification.action"] === "refund" ? "REFUND" : "CANCELLATION";
}

/** Null: something is wrong that only a person can settle. Undefined: nothing is said of the payment as a whole. */
function toStatus(code: string, isSuccess: boolean, isManualCapture: boolean): PaymentStatus | null | undefined {
  switch (code) {
    case "AUTHORISATION":
      return !isSuccess ? "FAILED" : isManualCapture ? "AUTHORIZED" : "PAID";
    case "CAPTURE":
      return isSuccess ? "PAID" : null;
    case "CAPTURE_FAILED":
      return null;
    case "PENDING":
      return "PENDING";
    case "CANCELLATION":
    case "TECHNICAL_CANCEL":
      return isSuccess ? "CANCELED" : undefined;
    case "EXPIRE":
    case "OFFER_CLOSED":
      return isSuccess ? "EXPIRED" : undefined;
    default:
      return undefined;
  }
}

const toRefund = (item: AdyenItem, eventCode: string, amount: Amount) => ({
  providerId: item.pspReference,
  reference: item.merchantReference ?? null,
  status:
    eventCode.startsWith("REFUND_FAILED") || eventCode === "REFUNDED_REVERSED" || item.success === "false"
      ? ("FAILED" as const)
      : ("REFUNDED" as const),
  rawStatus: `${item.eventCode} ${item.success}`,
  amount,
});

const toDispute = (item: AdyenItem, status: DisputeStatus, amount: Amount) => ({
  providerId: item.pspReference,
  status,
  amount,
  reason: item.reason,
  openedAt: item.eventDate ?? new Date(0),
});
