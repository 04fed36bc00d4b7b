import { archiveOldAuditEvents } from "@drumline/audit/audit-events";
import type { HandlersFor } from "@drumline/core/task";
import type { Database } from "@drumline/db";
import { undeliveredEventScanner } from "@drumline/events/deliveries";
import { triggerEventQueueEvents } from "@drumline/events/dispatcher";
import { deleteOldWebhookRequestRecords } from "@drumline/events/inbox";
import type { omsTasks } from "@drumline/tasks";

import { processCancellationPlans, rerunPlansForCancellationWaitingPackages } from "./cancellations/process-plans.ts";
import type { OmsGateways } from "./gateways/create-gateways.ts";
import { dbMaintenance } from "./maintenance/db-maintenance.ts";
import { getOrdersFromOmnitron } from "./orders/get-orders-from-omnitron.ts";
import { fulfilWaitingOrders } from "./planning/fulfilment/fulfil-waiting-orders.ts";
import { updateOrderExecutionPlanContext } from "./planning/fulfilment/update-order-execution-plan-context.ts";
import { fulfilReplaningOrders, retryOutOfStockPackages } from "./planning/replanning/replan-packages.ts";
import { retryOutOfStockTransfers } from "./planning/replanning/retry-out-of-stock-transfers.ts";
import { clearInventoryDiscrepancies } from "./reservations/clear-inventory-discrepancies.ts";
import type { OmsSettings } from "./settings.ts";
import { autoRunShipThePackageCommand } from "./shipments/auto-run-ship-the-package-command.ts";
import {
  updateAllSevenDaysTrackingInformation,
  updateAllTrackingInformation,
  updateAllTransferOrderTrackingInformation,
} from "./shipments/update-tracking.ts";

/** The OMS's work, by wire name. */
export const omsHandlers = {
  "oms.orders.tasks.get_orders_from_omnitron": getOrdersFromOmnitron,
  "oms.orders.tasks.process_cancellation_plans": processCancellationPlans,
  "oms.orders.tasks.rerun_plans_for_cancellation_waiting_packages": rerunPlansForCancellationWaitingPackages,
  "oms.fulfilment.tasks.fulfil_waiting_orders": fulfilWaitingOrders,
  "oms.fulfilment.tasks.fulfil_replaning_orders": fulfilReplaningOrders,
  "oms.fulfilment.tasks.retry_out_of_stock_packages": retryOutOfStockPackages,
  "oms.fulfilment.tasks.retry_out_of_stock_transfers": retryOutOfStockTransfers,
  "oms.fulfilment.tasks.update_order_execution_plan_context": updateOrderExecutionPlanContext,
  "oms.reservations.tasks.clear_inventory_discrepancies": clearInventoryDiscrepancies,
  "oms.shipments.tasks.update_all_tracking_information": updateAllTrackingInformation,
  "oms.shipments.tasks.update_all_seven_days_tracking_information": updateAllSevenDaysTrackingInformation,
  "oms.shipments.tasks.update_all_transfer_order_tracking_information": updateAllTransferOrderTrackingInformation,
  "oms.shipments.tasks.auto_run_ship_the_package_command": autoRunShipThePackageCommand,
  "oms.base.tasks.db_maintenance": dbMaintenance,
  "django_audit_events.tasks.archive_old_audit_events": archiveOldAuditEvents,
  "oms.integrations.tasks.delete_old_webhook_request_records": deleteOldWebhookRequestRecords,
  "whisperer.tasks.undelivered_event_scanner": undeliveredEventScanner,
  "whisperer.tasks.trigger_event_queue_events": triggerEventQueueEvents,
} satisfies HandlersFor<typeof omsTasks, OmsGateways<OmsSettings>, Database>;
