export { cancelParcel, NoSuchParcel, packParcel, ParcelRefused, relabelParcel } from "./parcels/pack-parcel.ts";
export { createPaymentGateways } from "./gateways/payments/create-payment-gateways.ts";
export { BadSignature, UnreadableWebhook } from "./gateways/payments/errors.ts";
export type { PaymentGateway } from "./gateways/payments/port.ts";
export { paymentSettings } from "./gateways/payments/settings.ts";
export { receivePaymentWebhook } from "./payments/receive-payment-webhook.ts";
export { askPaymentNow, type Outcome, requestRefund, resolveHeld } from "./payments/resolve-held.ts";
export { takeOrder } from "./payments/take-order.ts";
