import type { JsonObject } from "@drumline/core/task";
import { catalogue } from "@drumline/tasks";

import type { Gateway } from "./gateways.ts";

/** A task under hostile answers, and how what it says must name whoever gave them. */
export interface HostileTask {
  readonly task: string;
  readonly args: JsonObject;
  /** One of these stands in every error; null for a task that talks to nobody and has nothing to complain of. */
  readonly names: RegExp | null;
  /** What of the outside it asks. */
  readonly gateways: readonly Gateway[];
}

/** Its runs show that others go on; each second one is due. */
export const CANARIES = {
  "canary-oms": { task: "oms.integrations.tasks.delete_old_webhook_request_records", args: {} },
  "canary-ecomnow": { task: "DeleteInactiveProducts", args: { vendors: ["idle"] } },
} as const satisfies Record<string, { task: string; args: JsonObject }>;

const of = (names: RegExp, ...gateways: readonly Gateway[]) => ({ names, gateways });
const stock = of(/Inventory engine/, "inventory");
const parcels = of(/[Cc]arrier/, "carrier");
const cancellations = of(/[Cc]arrier|Omnitron/, "carrier");
const hooks = of(/hooks\/evil/, "webhook");
const payments = of(/Mollie|Stripe/, "mollie", "stripe");
const aws = of(/Cognito|SES|[Mm]ail|Cycle \d+ began later/, "cognito", "ses");

const OUTSIDE: Readonly<Record<string, Pick<HostileTask, "gateways"> & { readonly names: RegExp }>> = {
  "oms.orders.tasks.get_orders_from_omnitron": of(/Omnitron/, "orders", "locations", "cancellations", "tell"),
  "oms.fulfilment.tasks.fulfil_waiting_orders": stock,
  "oms.fulfilment.tasks.fulfil_replaning_orders": stock,
  "oms.fulfilment.tasks.retry_out_of_stock_packages": stock,
  "oms.fulfilment.tasks.retry_out_of_stock_transfers": stock,
  "oms.shipments.tasks.update_all_tracking_information": parcels,
  "oms.shipments.tasks.update_all_seven_days_tracking_information": parcels,
  "oms.shipments.tasks.update_all_transfer_order_tracking_information": parcels,
  "oms.orders.tasks.process_cancellation_plans": cancellations,
  "oms.orders.tasks.rerun_plans_for_cancellation_waiting_packages": cancellations,
  "whisperer.tasks.undelivered_event_scanner": hooks,
  "whisperer.tasks.trigger_event_queue_events": hooks,
  UserNoLongerInPlatform: aws,
  UserNotEnabledInAnyPlatform: aws,
  UserNotLoggedInPlatform: aws,
  PerformUserAudit: of(/Cognito|SES|[Mm]ail|Another run performs/, "cognito", "ses"),
  UpdateProductsInventoryAndCBPVendors: of(/evil/, "csv", "jsonl"),
  RebuildCategoriesIfNeeded: of(/evil/, "categories"),
  RefundUpdates: of(/refund channel/, "refunds"),
  eComNowClientsApiIntegrations: of(/[Aa]cme/, "client"),
  Boxout: of(/[Bb]oxout/, "boxout"),
  "shop.notifications.tasks.send_notifications": of(/SES|[Mm]ail/, "ses"),
  "shop.payments.tasks.check_payment_status": payments,
  "shop.payments.tasks.reconcile_payments": payments,
  "shop.notifications.tasks.create_shipping_labels": of(/[Cc]arrier/, "labels"),
  "shop.notifications.tasks.update_delivery_status": parcels,
  ApiStatusCheck: of(/shaky|SES|[Mm]ail/, "watched", "ses"),
};

const ARGS: Readonly<Record<string, JsonObject>> = {
  UserNoLongerInPlatform: { platform: "US", recipients: ["audit@example.com"] },
  UserNotEnabledInAnyPlatform: { platform: "US", recipients: ["audit@example.com"] },
  UserNotLoggedInPlatform: { platform: "EU", recipients: ["audit@example.com"] },
  "django_audit_events.tasks.archive_old_audit_events": { older_than: 120 },
};

/** Every built task of the catalogue but the canaries'. */
export function listWork(only: string | null): HostileTask[] {
  const canaries = new Set(Object.values(CANARIES).map(({ task }): string => task));
  return (
    catalogue
      .filter(({ name, built }) => built && !canaries.has(name) && (only === null || name === only))
      // One that is about a row which a person made has nothing to be about here.
      .filter(({ name, args }) => args.safeParse(ARGS[name] ?? {}).success)
      .map(({ name }) => ({ task: name, args: ARGS[name] ?? {}, names: null, gateways: [], ...OUTSIDE[name] }))
  );
}
