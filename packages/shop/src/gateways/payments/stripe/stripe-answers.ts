import { z } from "zod";

import { parseWireUnits, stripeUnits } from "../amounts.ts";
import { currency, epochOrNull, linkOrNull, providerId, wholeNumber, word, wordOrNull } from "../answer-fields.ts";
import type {
  Amount,
  DisputeStatus,
  ListedDispute,
  ObservedDispute,
  ObservedPayment,
  ObservedRefund,
  PaymentStatus,
  RefundStatus,
} from "../port.ts";

const INTENT_WORDS: ReadonlyMap<string, PaymentStatus> = new Map([
  // A declined try comes back to the first of these.
  ["requires_payment_method", "OPEN"],
  ["requires_confirmation", "OPEN"],
  ["requires_action", "OPEN"],
  ["processing", "PENDING"],
  ["requires_capture", "AUTHORIZED"],
  ["succeeded", "PAID"],
  ["canceled", "CANCELED"],
]);
/** Why it was cancelled, where nobody cancelled it. */
const EXPIRED_REASONS = new Set(["automatic", "expired"]);
const CANCELABLE = new Set(["requires_payment_method", "requires_confirmation", "requires_action", "requires_capture"]);

const REFUND_WORDS: ReadonlyMap<string, RefundStatus> = new Map([
  ["pending", "PENDING"],
  ["requires_action", "PENDING"],
  ["succeeded", "REFUNDED"],
  ["failed", "FAILED"],
  ["canceled", "CANCELED"],
]);

/** A warning is an inquiry: no money has moved yet, and none moves where it is closed. */
const toDisputeStatus = (said: string): DisputeStatus =>
  said === "won" || said === "warning_closed" || said === "prevented" ? "WON" : said === "lost" ? "LOST" : "OPEN";

function toAmount(
  money: { readonly amount: bigint; readonly currency: string },
  context: { addIssue(issue: { code: "custom"; message: string }): void },
): Amount {
  try {
    return parseWireUnits(money.amount, money.currency, stripeUnits);
  } catch (error) {
    context.addIssue({ code: "custom", message: `amount: ${(error as Error).message}` });
    return z.NEVER;
  }
}

const money = { amount: wholeNumber, currency };
const referenceSchema = z
  .object({ reference: word })
  .transform(({ reference }): string | null => reference)
  .catch(null);

export const refundSchema = z
  .object({ id: providerId, ...money, status: word.nullish(), metadata: referenceSchema })
  .transform((refund, context): ObservedRefund => {
    // Some say nothing of a status, and are then under way.
    const status = refund.status ?? "pending";
    return {
      providerId: refund.id,
      reference: refund.metadata,
      status: REFUND_WORDS.get(status) ?? null,
      rawStatus: status,
      amount: toAmount(refund, context),
    };
  });

const disputeSchema = z
  .object({ id: providerId, ...money, status: word, reason: wordOrNull, created: epochOrNull })
  .transform((dispute, context): ObservedDispute => {
    if (dispute.created === null) {
      context.addIssue({ code: "custom", message: "created: expected seconds since 1970" });
      return z.NEVER;
    }
    return {
      providerId: dispute.id,
      status: toDisputeStatus(dispute.status),
      amount: toAmount(dispute, context),
      reason: dispute.reason,
      openedAt: dispute.created,
    };
  });

/** One of the list of all; null where it is of no payment that a shop made. */
export const listedDisputeSchema = z
  .object({ payment_intent: providerId.nullish() })
  .and(disputeSchema)
  .transform(({ payment_intent: paymentProviderId, ...dispute }): ListedDispute | null =>
    paymentProviderId === null || paymentProviderId === undefined ? null : { paymentProviderId, dispute },
  );

const methodOf = z
  .object({ payment_method_details: z.object({ type: wordOrNull }).nullish().catch(null) })
  .transform((charge) => charge.payment_method_details?.type ?? null);

/** What of a charge the gateway asks to be told beside its payment. */
export const chargeSchema = z.object({
  disputed: z.boolean().catch(false),
  refunds: z
    .object({ data: z.array(refundSchema), has_more: z.boolean() })
    .nullish()
    .transform((list) => (list === null || list === undefined || list.has_more ? null : list.data)),
});

/** The charge as the answer has it: its id alone where it was not asked for, null before there is one. */
const chargeOrId = z.unknown().optional();

export const intentSchema = z
  .object({
    id: providerId,
    ...money,
    status: word,
    livemode: z.boolean(),
    created: epochOrNull,
    metadata: referenceSchema,
    cancellation_reason: wordOrNull,
    payment_method_types: z.array(z.string()).catch([]),
    last_payment_error: z.object({ code: wordOrNull, decline_code: wordOrNull }).nullish().catch(null),
    next_action: z
      .object({ redirect_to_url: z.object({ url: linkOrNull }).nullish().catch(null) })
      .nullish()
      .catch(null),
    latest_charge: chargeOrId,
  })
  .transform((intent, context): ObservedPayment & { readonly charge: unknown } => {
    const { status, cancellation_reason: why, last_payment_error: failure, payment_method_types: types } = intent;
    const isExpired = status === "canceled" && why !== null && EXPIRED_REASONS.has(why);
    return {
      providerId: intent.id,
      reference: intent.metadata,
      status: isExpired ? "EXPIRED" : (INTENT_WORDS.get(status) ?? null),
      rawStatus: status,
      mode: intent.livemode ? "live" : "test",
      method: methodOf.safeParse(intent.latest_charge).data ?? (types.length === 1 ? types[0]!.slice(0, 200) : null),
      amount: toAmount(intent, context),
      isCancelable: CANCELABLE.has(status),
      failureReason: failure?.decline_code ?? failure?.code ?? null,
      checkoutUrl: status === "requires_action" ? (intent.next_action?.redirect_to_url?.url ?? null) : null,
      createdAt: intent.created,
      // It does not end by itself.
      expiresAt: null,
      captureBefore: null,
      refunds: null,
      disputes: null,
      charge: intent.latest_charge ?? null,
    };
  });

const listOf = <Item extends z.ZodType>(item: Item) => z.object({ data: z.array(item), has_more: z.boolean() });

export const refundListSchema = listOf(refundSchema);
export const disputeListSchema = listOf(disputeSchema);
export const rawListSchema = listOf(z.unknown());

/** What Stripe says of a call that it does not do. */
export const errorSchema = z.object({
  error: z.object({
    type: z.string(),
    code: z.string().nullish().catch(null),
    message: z.string().catch(""),
    param: z.string().nullish().catch(null),
  }),
});
