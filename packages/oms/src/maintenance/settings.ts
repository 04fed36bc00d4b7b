import { integer, listOf, type ValuesOf } from "@drumline/core/config";

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

/** A table that may be vacuumed. */
export type MaintainedTable = (typeof MAINTAINED_TABLES)[number];

/** Env keys of `db_maintenance`. */
export const maintenanceSettings = {
  maintenanceTables: listOf("DB_MAINTENANCE_TABLES", MAINTAINED_TABLES, {
    about: "Tables that db_maintenance vacuums and analyses, comma-separated.",
  }),
  maintenanceTimeoutSeconds: integer("DB_MAINTENANCE_TIMEOUT_SECONDS", {
    fallback: 1_800,
    min: 1,
    max: 86_400,
    about: "Seconds db_maintenance may spend on one table.",
  }),
} as const;

/** The values of `maintenanceSettings`. */
export type MaintenanceSettings = ValuesOf<typeof maintenanceSettings>;
