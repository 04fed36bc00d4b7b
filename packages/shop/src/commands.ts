export { cancelParcel, NoSuchParcel, packParcel, ParcelRefused, relabelParcel } from "./parcels/pack-parcel.ts";
export { createPaymentGateways } from "./gateways/payments/create-payment-gateways.ts";
export { BadSignature, UnreadableWebhook } from "./gateways/payments/errors.ts";
export type { PaymentGateway } from "./gateways/payments/port.ts";
export { paymentSettings } from "./gateways/payments/settings.ts";
export { receivePaymentWebhook } from "./payments/receive-payment-webhook.ts";
export { askPaymentNow, type Outcome, requestRefund, resolveHeld } from "./payments/resolve-held.ts";
export { takeOrder } from "./payments/take-order.ts";
export { NoSuchShopRow, saveCart } from "./checkouts/save-cart.sql.ts";
export { CHECKOUT_STEPS, saveCheckout } from "./checkouts/save-checkout.sql.ts";
export { saveCustomer } from "./checkouts/save-customer.sql.ts";
export { endLeadByHand } from "./leads/end-leads.sql.ts";
export { restoreCart } from "./leads/restore-cart.sql.ts";
export {
  findWrongInstant,
  type MovementInput,
  movementInputSchema,
  skuSchema,
  toMovement,
} from "./inventory/movement-input.ts";
export { saveProduct } from "./inventory/products.ts";
export { correctMovements } from "./inventory/reconcile-stock.ts";
export { recordMovementList, UnusableMovementList } from "./inventory/record-movement-list.ts";
export { type NewMovement, recordMovements } from "./inventory/record-movements.sql.ts";
export { retryNotice } from "./mailing/notice.sql.ts";
export { SANDBOX_LINK_KEY } from "./notifications/settings.ts";
export { apiMailSettings } from "./notifications/api-settings.ts";
export { NOTICE_KINDS } from "./notifications/save-notices.sql.ts";
export { confirmSubscription, findConfirmation } from "./subscriptions/confirmation.sql.ts";
export { subscribe } from "./subscriptions/subscribe.sql.ts";
export { unsubscribe } from "./subscriptions/unsubscribe.ts";
export { saveMailReports } from "./suppressions/mail-report.sql.ts";
export { parseMailReports } from "./suppressions/parse-mail-reports.ts";
export { SnsRefused } from "./suppressions/sns-message.ts";
export { createSnsReceiver, type SnsReceiver, SnsUnreachable } from "./suppressions/sns-receiver.ts";
export { readUnsubscribeToken, toUnsubscribeToken } from "./suppressions/unsubscribe-link.ts";
export { isMailAddress } from "@drumline/outbound/mail";
