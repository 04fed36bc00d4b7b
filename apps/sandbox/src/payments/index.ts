import type { Route } from "../http/index.ts";
import { checkoutRoutes } from "./checkout-page.ts";
import { paymentControlRoutes } from "./control-routes.ts";
import { mollieRoutes } from "./mollie/mollie-routes.ts";
import { toAmount, unitsOfWhole } from "./mollie/mollie-wire.ts";
import type { PaymentsState } from "./payments-state.ts";
import { stripeRoutes } from "./stripe/stripe-routes.ts";
import { unitsOfWhole as unitsOfWholeAtStripe } from "./stripe/stripe-wire.ts";

export { loadPayments, savePayments } from "./payments-file.ts";
export { createPaymentsState, type PaymentsState } from "./payments-state.ts";

/** Payment providers on their own wires, the page where a shopper pays, and how all of it is steered. */
export function paymentRoutes(state: PaymentsState): Route[] {
  return [
    ...mollieRoutes(state.mollie),
    ...checkoutRoutes({
      name: "mollie",
      provider: state.mollie.provider,
      nowMs: state.nowMs,
      methods: ["ideal", "creditcard", "bancontact", "banktransfer", "paypal", "klarna"],
      unitsOfWhole,
      toText: ({ units, currency }) => `${currency} ${toAmount(units, currency).value}`,
      isRefusalFinal: true,
    }),
    ...stripeRoutes(state.stripe),
    ...checkoutRoutes({
      name: "stripe",
      provider: state.stripe.provider,
      nowMs: state.nowMs,
      methods: ["ideal", "card", "bancontact", "sepa_debit"],
      unitsOfWhole: unitsOfWholeAtStripe,
      toText: ({ units, currency }) => `${currency} ${Number(units) / Number(unitsOfWholeAtStripe(currency))}`,
      isRefusalFinal: false,
    }),
    ...paymentControlRoutes(state),
  ];
}
