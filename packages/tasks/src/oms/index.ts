import { keyByName } from "../key-by-name.ts";
import { archiveOldAuditEvents } from "./audit-events.ts";
import { dbMaintenance } from "./base.ts";
import {
  fulfilReplanningOrders,
  fulfilWaitingOrders,
  retryOutOfStockPackages,
  retryOutOfStockTransfers,
  updateOrderExecutionPlanContext,
} from "./fulfilment.ts";
import { deleteOldWebhookRequestRecords } from "./integrations.ts";
import { getOrdersFromOmnitron, processCancellationPlans, rerunPlansForCancellationWaitingPackages } from "./orders.ts";
import { clearInventoryDiscrepancies } from "./reservations.ts";
import {
  autoRunShipThePackageCommand,
  updateAllSevenDaysTrackingInformation,
  updateAllTrackingInformation,
  updateAllTransferOrderTrackingInformation,
} from "./shipments.ts";
import { triggerEventQueueEvents, undeliveredEventScanner } from "./whisperer.ts";

/** By wire name: the 18 scheduled operations of the OMS guide, in the guide's order; what is not in it comes after them. */
export const omsTasks = keyByName([
  getOrdersFromOmnitron,
  fulfilWaitingOrders,
  fulfilReplanningOrders,
  retryOutOfStockPackages,
  retryOutOfStockTransfers,
  clearInventoryDiscrepancies,
  updateAllTrackingInformation,
  updateAllSevenDaysTrackingInformation,
  updateAllTransferOrderTrackingInformation,
  undeliveredEventScanner,
  dbMaintenance,
  archiveOldAuditEvents,
  processCancellationPlans,
  rerunPlansForCancellationWaitingPackages,
  updateOrderExecutionPlanContext,
  triggerEventQueueEvents,
  deleteOldWebhookRequestRecords,
  autoRunShipThePackageCommand,
]);
