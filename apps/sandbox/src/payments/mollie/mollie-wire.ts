import { type PlayedDispute, type PlayedPayment, type PlayedRefund, refundedUnits } from "../played-payment.ts";

/** Mollie counts every other currency with two decimals. */
const WHOLE = new Set(["ISK", "JPY"]);

export const decimalsOf = (currency: string): number => (WHOLE.has(currency) ? 0 : 2);

export const unitsOfWhole = (currency: string): bigint => 10n ** BigInt(decimalsOf(currency));

export function toAmount(units: bigint, currency: string): { currency: string; value: string } {
  const decimals = decimalsOf(currency);
  const text = units.toString().padStart(decimals + 1, "0");
  return { currency, value: decimals === 0 ? text : `${text.slice(0, -decimals)}.${text.slice(-decimals)}` };
}

/** Null where it has not exactly the decimals of its currency. */
export function parseAmount({ value, currency }: { value: string; currency: string }): bigint | null {
  const decimals = decimalsOf(currency);
  const form = decimals === 0 ? /^\d{1,12}$/ : /^\d{1,10}\.\d{2}$/;
  return /^[A-Z]{3}$/.test(currency) && form.test(value) ? BigInt(value.replace(".", "")) : null;
}

const toInstant = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, "+00:00");
const hal = (href: string, type = "application/hal+json") => ({ href, type });

/** What of a payment can still be undone. */
export const isCancelable = ({ status, method }: PlayedPayment): boolean =>
  status === "authorized" || status === "pending" || (status === "open" && method === null);

export function toMolliePayment(payment: PlayedPayment, base: string, embed: ReadonlySet<string>) {
  const { id, status, currency, units, sinceMs, expiresMs, refunds, disputes } = payment;
  const at = (name: string, word: typeof status) =>
    sinceMs.has(word) && status === word ? { [name]: toInstant(sinceMs.get(word)!) } : {};
  const isOpen = status === "open";
  const isUnfinished = isOpen || status === "pending" || status === "authorized";
  const refunded = refundedUnits(payment);
  const chargedBack = disputes.reduce((sum, one) => (one.status === "reversed" ? sum : sum + one.units), 0n);
  return {
    resource: "payment",
    id,
    mode: payment.mode,
    createdAt: toInstant(payment.createdMs),
    amount: toAmount(units, currency),
    description: payment.description,
    method: payment.method,
    metadata: payment.metadata ?? null,
    status: payment.unheardWord ?? status,
    ...(isUnfinished ? { isCancelable: isCancelable(payment) } : {}),
    ...(isUnfinished && expiresMs !== null ? { expiresAt: toInstant(expiresMs) } : {}),
    ...at("authorizedAt", "authorized"),
    ...at("paidAt", "paid"),
    ...at("canceledAt", "canceled"),
    ...at("expiredAt", "expired"),
    ...at("failedAt", "failed"),
    ...(status === "paid"
      ? { amountRefunded: toAmount(refunded, currency), amountRemaining: toAmount(units - refunded, currency) }
      : {}),
    ...(chargedBack > 0n ? { amountChargedBack: toAmount(chargedBack, currency) } : {}),
    details: payment.failureReason === null ? null : { failureReason: payment.failureReason },
    profileId: "pfl_sandbox",
    sequenceType: "oneoff",
    redirectUrl: payment.redirectUrl,
    ...(payment.webhookUrl === null ? {} : { webhookUrl: payment.webhookUrl }),
    ...(embed.size === 0
      ? {}
      : {
          _embedded: {
            ...(embed.has("refunds") ? { refunds: refunds.map((one) => toMollieRefund(payment, one, base)) } : {}),
            ...(embed.has("chargebacks")
              ? { chargebacks: disputes.map((one) => toMollieChargeback(payment, one, base)) }
              : {}),
          },
        }),
    _links: {
      self: hal(`${base}/v2/payments/${id}`),
      ...(isOpen ? { checkout: hal(`${base}/checkout/${id}`, "text/html") } : {}),
      ...(payment.mode === "test" ? { changePaymentState: hal(`${base}/checkout/${id}`, "text/html") } : {}),
      dashboard: hal(`${base}/checkout/${id}`, "text/html"),
      documentation: hal("https://docs.mollie.com/reference/get-payment", "text/html"),
    },
  };
}

export function toMollieRefund(payment: PlayedPayment, refund: PlayedRefund, base: string) {
  return {
    resource: "refund",
    id: refund.id,
    mode: payment.mode,
    description: refund.description ?? "",
    amount: toAmount(refund.units, payment.currency),
    status: refund.status,
    metadata: refund.metadata ?? null,
    paymentId: payment.id,
    createdAt: toInstant(refund.createdMs),
    _links: {
      self: hal(`${base}/v2/payments/${payment.id}/refunds/${refund.id}`),
      payment: hal(`${base}/v2/payments/${payment.id}`),
      documentation: hal("https://docs.mollie.com/reference/get-refund", "text/html"),
    },
  };
}

export function toMollieChargeback(payment: PlayedPayment, dispute: PlayedDispute, base: string) {
  return {
    resource: "chargeback",
    id: dispute.id,
    amount: toAmount(dispute.units, payment.currency),
    settlementAmount: toAmount(dispute.units, payment.currency),
    reason: { code: "AC01", description: dispute.reason },
    paymentId: payment.id,
    createdAt: toInstant(dispute.createdMs),
    reversedAt: dispute.status === "reversed" && dispute.endedMs !== null ? toInstant(dispute.endedMs) : null,
    _links: {
      self: hal(`${base}/v2/payments/${payment.id}/chargebacks/${dispute.id}`),
      payment: hal(`${base}/v2/payments/${payment.id}`),
      documentation: hal("https://docs.mollie.com/reference/get-chargeback", "text/html"),
    },
  };
}

export function toMollieList(name: string, items: readonly unknown[], self: string, next: string | null) {
  return {
    count: items.length,
    _embedded: { [name]: items },
    _links: {
      self: hal(self),
      previous: null,
      next: next === null ? null : hal(next),
      documentation: hal("https://docs.mollie.com/reference/list-payments", "text/html"),
    },
  };
}
