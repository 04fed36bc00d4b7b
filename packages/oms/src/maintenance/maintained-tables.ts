/** The tables with the most churn: the only names that ever reach a VACUUM. */
export const MAINTAINED_TABLES = [
  "event_queue",
  "webhook_delivery",
  "webhook_attempt",
  "webhook_request",
  "omnitron_message",
  "orders",
  "order_execution_plan",
  "order_execution_plan_item",
  "package",
  "package_item",
  "transfer_order",
  "shipment",
  "tracking_event",
  "stock",
  "reservation",
  "cancellation_plan",
  "state_transition_log",
  "audit_event",
  "archived_audit_event",
  "run",
  "run_log",
] as const;

export type MaintainedTable = (typeof MAINTAINED_TABLES)[number];
