export { LABEL_STATUSES, loadLabelPdf, loadParcel, loadParcels, PARCEL_STATUSES } from "./parcels/parcel-views.sql.ts";
export { PAYMENT_STATUSES } from "./gateways/payments/port.ts";
export { HELD_REASONS, ORDER_STATUSES, PAYMENT_STATES } from "./orders/order.ts";
export { loadOrder, loadOrders, type OrderRow } from "./orders/order-views.sql.ts";
export { SOURCES } from "./payments/apply-provider-state.ts";
export { STORED_REFUND_STATUSES } from "./payments/payment.ts";
export {
  loadPayment,
  loadPayments,
  loadRefunds,
  type PaymentRow,
  type RefundRow,
} from "./payments/payment-views.sql.ts";
export { LEAD_STATUSES, loadLead, loadLeads } from "./leads/load-leads.sql.ts";
export { loadRestoreLink, type RestoreLink } from "./leads/restore-cart.sql.ts";
export { loadMovements, type MovementRow } from "./inventory/load-movements.ts";
export { MOVEMENT_KINDS } from "./inventory/movement-kinds.ts";
export { loadProduct, loadProducts, type ProductRow } from "./inventory/products.ts";
export { loadNotice, loadNotices, NOTICE_STATUSES } from "./mailing/notice.sql.ts";
export { loadSubscriptions, SUBSCRIPTION_STATUSES } from "./subscriptions/subscription.sql.ts";
