import { integer, type ValuesOf } from "@drumline/core/config";

/** How payments are asked for. */
export const paymentCheckSettings = {
  shopPaymentConcurrency: integer("SHOP_PAYMENT_CONCURRENCY", {
    fallback: 20,
    min: 1,
    max: 1_000,
    about: "Questions to payment providers that one run has under way at once.",
  }),
} as const;

export type PaymentCheckSettings = ValuesOf<typeof paymentCheckSettings>;
