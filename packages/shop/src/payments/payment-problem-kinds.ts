import type { ProblemKind } from "@drumline/problems";

export const PAYMENT_HELD: ProblemKind = {
  context: "shop",
  name: "SHOP_PAYMENT_HELD",
  severity: "ERROR",
  cure: "Compare order and payment, then confirm the order or refund it (POST /api/v1/shop/orders/{id}/resolve).",
};

export const PAYMENT_NOT_FOUND: ProblemKind = {
  context: "shop",
  name: "SHOP_PAYMENT_NOT_FOUND",
  severity: "ERROR",
  cure: "Set the provider's key that made the payment (live or test, and the account); it is asked again by itself.",
};

export const PAYMENT_WORD_UNKNOWN: ProblemKind = {
  context: "shop",
  name: "SHOP_PAYMENT_WORD_UNKNOWN",
  severity: "WARNING",
  cure: "Look the payment up at its provider. The word changes nothing here; report it, so that it gets a meaning.",
};

export const PAYMENT_STUCK: ProblemKind = {
  context: "shop",
  name: "SHOP_PAYMENT_STUCK",
  severity: "WARNING",
  cure: "It is past its end and neither paid nor over: look it up at its provider, then ask anew or cancel it there.",
};

export const PAYMENT_DISPUTED: ProblemKind = {
  context: "shop",
  name: "SHOP_PAYMENT_DISPUTED",
  severity: "ERROR",
  cure: "Answer the dispute at the provider; it closes here when it is won there.",
};

export const REFUND_FAILED: ProblemKind = {
  context: "shop",
  name: "SHOP_REFUND_FAILED",
  severity: "ERROR",
  cure: "The customer has no money yet: pay it back another way, or ask for a new refund, then close this.",
};

export const PAYMENT_UNMATCHED: ProblemKind = {
  context: "shop",
  name: "SHOP_PAYMENT_UNMATCHED",
  severity: "ERROR",
  cure: "The provider has money for which there is no order here: send the order with this payment, or refund it there.",
};

export const PROVIDER_REFUSES: ProblemKind = {
  context: "shop",
  name: "SHOP_PROVIDER_REFUSES",
  severity: "ERROR",
  cure: "The provider does not accept our key: set it; nothing is asked or paid back until then.",
};
