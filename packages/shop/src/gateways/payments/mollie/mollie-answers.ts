import { z } from "zod";

import { parseDecimal } from "../amounts.ts";
import { currency, instantOrNull, linkOrNull, providerId, word, wordOrNull } from "../answer-fields.ts";
import type {
  ListedDispute,
  ObservedDispute,
  ObservedPayment,
  ObservedRefund,
  PaymentStatus,
  RefundStatus,
} from "../port.ts";

const PAYMENT_WORDS: ReadonlyMap<string, PaymentStatus> = new Map([
  ["open", "OPEN"],
  ["pending", "PENDING"],
  ["authorized", "AUTHORIZED"],
  ["paid", "PAID"],
  ["failed", "FAILED"],
  ["canceled", "CANCELED"],
  ["expired", "EXPIRED"],
]);

const REFUND_WORDS: ReadonlyMap<string, RefundStatus> = new Map([
  ["queued", "QUEUED"],
  ["pending", "PENDING"],
  ["processing", "PROCESSING"],
  ["refunded", "REFUNDED"],
  ["failed", "FAILED"],
  ["canceled", "CANCELED"],
]);

const amountSchema = z.object({ currency, value: z.string().max(40) }).transform((amount, context) => {
  try {
    return parseDecimal(amount.value, amount.currency);
  } catch (error) {
    context.addIssue({ code: "custom", message: (error as Error).message });
    return z.NEVER;
  }
});

/** Ours is what we sent; whatever else stands there is somebody else's. */
const referenceSchema = z
  .object({ reference: word })
  .transform(({ reference }): string | null => reference)
  .catch(null);

const refundSchema = z
  .object({ id: providerId, status: word, amount: amountSchema, metadata: referenceSchema })
  .transform(({ id, status, amount, metadata }): ObservedRefund => ({
    providerId: id,
    reference: metadata,
    status: REFUND_WORDS.get(status) ?? null,
    rawStatus: status,
    amount,
  }));

const chargebackSchema = z
  .object({
    id: providerId,
    amount: amountSchema,
    createdAt: instantOrNull,
    reversedAt: instantOrNull,
    // SEPA debits alone have one.
    reason: z.object({ code: wordOrNull, description: wordOrNull }).nullish().catch(null),
  })
  .transform(({ id, amount, createdAt, reversedAt, reason }, context): ObservedDispute => {
    if (createdAt === null) {
      context.addIssue({ code: "custom", message: "createdAt: expected an instant" });
      return z.NEVER;
    }
    return {
      providerId: id,
      status: reversedAt === null ? "OPEN" : "WON",
      amount,
      reason: reason?.description ?? reason?.code ?? null,
      openedAt: createdAt,
    };
  });

/** One of the list of all, which says whose it is. */
export const listedChargebackSchema = z
  .object({ paymentId: providerId })
  .and(chargebackSchema)
  .transform(({ paymentId, ...dispute }): ListedDispute => ({ paymentProviderId: paymentId, dispute }));

const link = z.object({ href: linkOrNull }).nullish().catch(null);

export const paymentSchema = z
  .object({
    id: providerId,
    status: word,
    mode: wordOrNull,
    method: wordOrNull,
    amount: amountSchema,
    metadata: referenceSchema,
    isCancelable: z.boolean().catch(false),
    details: z.object({ failureReason: wordOrNull }).nullish().catch(null),
    statusReason: z.object({ code: wordOrNull }).nullish().catch(null),
    createdAt: instantOrNull,
    expiresAt: instantOrNull,
    captureBefore: instantOrNull,
    _links: z.object({ checkout: link }).nullish().catch(null),
    _embedded: z
      .object({ refunds: z.array(refundSchema).optional(), chargebacks: z.array(chargebackSchema).optional() })
      .nullish(),
  })
  .transform((payment): ObservedPayment => ({
    providerId: payment.id,
    reference: payment.metadata,
    status: PAYMENT_WORDS.get(payment.status) ?? null,
    rawStatus: payment.status,
    mode: payment.mode,
    method: payment.method,
    amount: payment.amount,
    isCancelable: payment.isCancelable,
    failureReason: payment.details?.failureReason ?? payment.statusReason?.code ?? null,
    checkoutUrl: payment._links?.checkout?.href ?? null,
    createdAt: payment.createdAt,
    expiresAt: payment.expiresAt,
    captureBefore: payment.captureBefore,
    refunds: payment._embedded?.refunds ?? null,
    disputes: payment._embedded?.chargebacks ?? null,
  }));

/** `from` of the next page; null on the last one. */
const nextSchema = z
  .object({ next: z.object({ href: z.string().max(4_000) }).nullish() })
  .nullish()
  .transform((links, context): string | null => {
    if (!links?.next) return null;
    // Only its cursor is taken: where we ask is for our settings to say.
    const from = URL.canParse(links.next.href) ? new URL(links.next.href).searchParams.get("from") : null;
    if (from !== null) return from;
    context.addIssue({ code: "custom", message: "next.href: expected a URL with from=" });
    return z.NEVER;
  });

export const paymentPageSchema = z.object({
  _embedded: z.object({ payments: z.array(z.unknown()) }),
  _links: nextSchema,
});

export const chargebackPageSchema = z.object({
  _embedded: z.object({ chargebacks: z.array(z.unknown()) }),
  _links: nextSchema,
});

export const refundPageSchema = z.object({
  _embedded: z.object({ refunds: z.array(refundSchema) }),
  _links: nextSchema,
});

export { refundSchema };

/** What Mollie says of a call that it does not do. */
export const errorSchema = z.object({
  status: z.int(),
  title: z.string().catch(""),
  detail: z.string(),
  field: z.string().nullish().catch(null),
});
