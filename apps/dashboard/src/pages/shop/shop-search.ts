import { z } from "zod";

const text = z.string().optional();

export const ORDER_STATUSES = ["PLACED", "CONFIRMED", "PACKED", "SHIPPED", "DELIVERED", "CANCELLED"] as const;
export const PAYMENT_STATES = [
  "HELD",
  "REFUND_DUE",
  "AWAITING",
  "AUTHORIZED",
  "PAID",
  "PARTIALLY_REFUNDED",
  "REFUNDED",
  "CHARGED_BACK",
  "NOT_PAID",
] as const;
export const PAYMENT_STATUSES = ["OPEN", "PENDING", "AUTHORIZED", "PAID", "FAILED", "CANCELED", "EXPIRED"] as const;
export const REFUND_STATUSES = [
  "DUE",
  "UNKNOWN",
  "QUEUED",
  "PENDING",
  "PROCESSING",
  "REFUNDED",
  "FAILED",
  "CANCELED",
] as const;
export const LEAD_STATUSES = ["OPEN", "BOUGHT", "ENDED", "ERASED"] as const;
export const NOTICE_STATUSES = ["DUE", "QUEUED", "SUPERSEDED", "FAILED"] as const;
export const SUBSCRIPTION_STATUSES = ["PENDING", "CONFIRMED", "NOTIFIED", "BOUGHT", "EXPIRED", "UNSUBSCRIBED"] as const;

const oneOf = <const Options extends readonly [string, ...string[]]>(options: Options) =>
  z.enum(options).optional().catch(undefined);

export const shopOrdersSearch = z.object({
  status: oneOf(ORDER_STATUSES),
  paymentState: oneOf(PAYMENT_STATES),
  reference: text,
  cursor: text,
});
export const shopPaymentsSearch = z.object({
  status: oneOf(PAYMENT_STATUSES),
  provider: text,
  providerId: text,
  orderId: text,
  cursor: text,
});
export const shopRefundsSearch = z.object({ status: oneOf(REFUND_STATUSES), paymentId: text, cursor: text });
export const shopProductsSearch = z.object({ isOnSale: oneOf(["true", "false"]), cursor: text });
export const shopLeadsSearch = z.object({ status: oneOf(LEAD_STATUSES), cursor: text });
export const shopNoticesSearch = z.object({ status: oneOf(NOTICE_STATUSES), kind: text, orderId: text, cursor: text });
export const shopSubscriptionsSearch = z.object({ status: oneOf(SUBSCRIPTION_STATUSES), sku: text, cursor: text });
