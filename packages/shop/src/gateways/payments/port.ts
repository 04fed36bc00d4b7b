import type { OutboundError } from "@drumline/outbound/http";

import type { BadSignature, UnreadableWebhook } from "./errors.ts";

/** What a payment is at any provider. A word that is none of them is kept raw and changes nothing. */
export const PAYMENT_STATUSES = ["OPEN", "PENDING", "AUTHORIZED", "PAID", "FAILED", "CANCELED", "EXPIRED"] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

export const REFUND_STATUSES = ["QUEUED", "PENDING", "PROCESSING", "REFUNDED", "FAILED", "CANCELED"] as const;
export type RefundStatus = (typeof REFUND_STATUSES)[number];

export type DisputeStatus = "OPEN" | "WON" | "LOST";

/**
 * In the smallest unit of the currency, as everywhere in this house: EUR 12.50 is 1250n, JPY 500 is 500n. How a provider
 * counts the currency (`amounts.ts`) is its gateway's own business.
 */
export interface Amount {
  readonly minor: bigint;
  /** ISO 4217, in capitals. */
  readonly currency: string;
}

/** A payment as its provider describes it now. */
export interface ObservedPayment {
  readonly providerId: string;
  /** Our id, which went along when it was made; null where the provider says none. */
  readonly reference: string | null;
  /** Null: a word that this port does not know, which stands in `rawStatus`. */
  readonly status: PaymentStatus | null;
  readonly rawStatus: string;
  readonly mode: string | null;
  readonly method: string | null;
  readonly amount: Amount;
  readonly isCancelable: boolean;
  readonly failureReason: string | null;
  readonly checkoutUrl: string | null;
  readonly createdAt: Date | null;
  readonly expiresAt: Date | null;
  readonly captureBefore: Date | null;
  /** Of this payment, as far as the answer embeds them; null: not said, so `listRefunds` must be asked. */
  readonly refunds: readonly ObservedRefund[] | null;
  readonly disputes: readonly ObservedDispute[] | null;
}

export interface ObservedRefund {
  readonly providerId: string;
  /** Our id of the refund, which went along when it was made. */
  readonly reference: string | null;
  readonly status: RefundStatus | null;
  readonly rawStatus: string;
  readonly amount: Amount;
}

export interface ObservedDispute {
  readonly providerId: string;
  readonly status: DisputeStatus;
  readonly amount: Amount;
  readonly reason: string | null;
  readonly openedAt: Date;
}

/** A dispute as its provider lists it beside those of other payments. */
export interface ListedDispute {
  readonly paymentProviderId: string;
  readonly dispute: ObservedDispute;
}

export interface NewPayment {
  /** Our id: sent as the idempotency key and kept by the provider as metadata. */
  readonly reference: string;
  readonly orderReference: string;
  readonly amount: Amount;
  readonly description: string;
  readonly returnUrl: string;
  readonly webhookUrl: string | null;
}

export interface NewRefund {
  readonly paymentProviderId: string;
  /** Our id of the refund, kept by the provider as metadata, so that it is found again after a lost answer. */
  readonly reference: string;
  readonly idempotencyKey: string;
  readonly amount: Amount;
  readonly description: string;
}

/** What a webhook claims: a reason to ask, and the answer itself only where the provider cannot be asked (`canPoll`). */
export interface PaymentHint {
  readonly providerId: string;
  /** The sender's id of the event, by which a second arrival is known; null: the body has none. */
  readonly eventId: string | null;
  /** The payment as a signed webhook describes it, which may be older than now; null: ask. */
  readonly observed: ObservedPayment | null;
  /** Of a provider that cannot be asked, with `observed` null: what a signed webhook says of single refunds and disputes. */
  readonly refunds?: readonly ObservedRefund[];
  readonly disputes?: readonly ObservedDispute[];
}

/**
 * A payment provider. Errors are those of `@drumline/outbound/http`: `AuthenticationRefused` stops a run, `RateLimited` and
 * `Unavailable` change nothing and say when to come again, and an answer that nobody can read is one of them as well
 * (`UnusableAnswer`). An amount that the provider has no way to count is `AmountNotPossible`, before anything is sent, and a
 * call that it does not offer is `NotOffered`.
 */
export interface PaymentGateway {
  /** As it stands in `shop_payment.provider`. */
  readonly provider: string;
  /** False where no call gives a payment's status (Adyen): signed webhooks are all there is. */
  readonly canPoll: boolean;
  /** Under the same reference again: the same payment. Throws `PaymentRefused` where the provider will never take it. */
  create(payment: NewPayment, signal?: AbortSignal): Promise<ObservedPayment>;
  /** Throws `NoSuchPayment` where the provider says that it has none by that id. */
  get(providerId: string, signal?: AbortSignal): Promise<ObservedPayment>;
  /** One that is cancelled already is as good. Throws `NoSuchPayment`, and `NotCancelable` where it is too late. */
  cancel(providerId: string, signal?: AbortSignal): Promise<ObservedPayment>;
  /** Throws `NoSuchPayment`, and `RefundRefused` where the provider will never do it (more than was paid). */
  refund(refund: NewRefund, signal?: AbortSignal): Promise<ObservedRefund>;
  listRefunds(paymentProviderId: string, signal?: AbortSignal): Promise<readonly ObservedRefund[]>;
  /**
   * Newest first, page by page, back to `since`. A payment that cannot be read is told to `passOver` and left out; without
   * it, it ends the list.
   */
  list(
    since: Date,
    signal?: AbortSignal,
    passOver?: (problem: OutboundError) => void,
  ): AsyncIterable<readonly ObservedPayment[]>;
  /** Disputes opened since then, of all payments, page by page; one that cannot be read as of `list`. */
  listDisputes(
    since: Date,
    signal?: AbortSignal,
    passOver?: (problem: OutboundError) => void,
  ): AsyncIterable<readonly ListedDispute[]>;
  /**
   * Empty: the provider's, and about no payment. Throws `UnreadableWebhook` for a body that is none of the provider's,
   * `BadSignature` for one that it did not sign; of a batch, what is signed counts and the rest is told to `refuse`.
   */
  parseWebhook(
    rawBody: Buffer,
    headers: Readonly<Record<string, string | undefined>>,
    now: Date,
    refuse?: (refused: BadSignature | UnreadableWebhook) => void,
  ): readonly PaymentHint[];
}
