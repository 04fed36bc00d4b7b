import { type Database, Prisma } from "@drumline/db";

/** Tasks for which something waits inside the OMS, by wire name; those not named have work by the calendar alone. */
export type WaitingFor = Readonly<Record<string, boolean>>;

/** One look at a handful of small indexes. */
export async function loadWaitingFor(db: Database, at: Date): Promise<WaitingFor> {
  const [row] = await db.$queryRaw<[Waits]>(Prisma.sql`
    SELECT
      EXISTS (SELECT FROM omnitron_message WHERE sent_at IS NULL AND given_up_at IS NULL) AS messages,
      EXISTS (SELECT FROM order_execution_plan WHERE state = 'START') AS plans,
      EXISTS (SELECT FROM package WHERE state IN ('NEEDS_REPLAN', 'OUT_OF_STOCK', 'DEFECTIVE_PRODUCT', 'UNAVAILABLE'))
        AS exceptions,
      EXISTS (SELECT FROM transfer_order WHERE state = 'OUT_OF_STOCK') AS "missingTransfers",
      EXISTS (SELECT FROM reservation WHERE type = 'INVENTORY_DISCREPANCY' AND status = 'ACTIVE') AS discrepancies,
      EXISTS (
        SELECT FROM shipment
        WHERE status NOT IN ('DELIVERED', 'DELETED', 'EXPIRED') AND next_poll_at <= ${at} AND package_id IS NOT NULL)
        AS parcels,
      EXISTS (
        SELECT FROM shipment
        WHERE status NOT IN ('DELIVERED', 'DELETED', 'EXPIRED') AND next_poll_at <= ${at}
          AND transfer_order_id IS NOT NULL) AS "transferParcels",
      EXISTS (
        SELECT FROM package JOIN shipment ON shipment.package_id = package.id
        WHERE package.state = 'PACKED' AND shipment.status NOT IN ('CREATED', 'DELETED', 'EXPIRED')) AS shippable,
      EXISTS (SELECT FROM event_queue WHERE processed_at IS NULL) AS events,
      EXISTS (SELECT FROM webhook_delivery WHERE status IN ('PENDING', 'PENDING_RETRY')) AS deliveries,
      EXISTS (SELECT FROM cancellation_plan WHERE status IN ('WAITING', 'PROCESSING', 'PARTIAL')) AS cancellations,
      EXISTS (SELECT FROM package WHERE state = 'CANCELLATION_WAITING') AS "stoppedPackages"`);
  return {
    "oms.orders.tasks.get_orders_from_omnitron": row.messages,
    "oms.fulfilment.tasks.fulfil_waiting_orders": row.plans,
    "oms.fulfilment.tasks.fulfil_replaning_orders": row.exceptions,
    "oms.fulfilment.tasks.retry_out_of_stock_packages": row.exceptions,
    "oms.fulfilment.tasks.retry_out_of_stock_transfers": row.missingTransfers,
    "oms.reservations.tasks.clear_inventory_discrepancies": row.discrepancies,
    "oms.shipments.tasks.update_all_tracking_information": row.parcels,
    "oms.shipments.tasks.update_all_seven_days_tracking_information": row.parcels,
    "oms.shipments.tasks.update_all_transfer_order_tracking_information": row.transferParcels,
    "oms.shipments.tasks.auto_run_ship_the_package_command": row.shippable,
    "whisperer.tasks.trigger_event_queue_events": row.events,
    "whisperer.tasks.undelivered_event_scanner": row.deliveries,
    "oms.orders.tasks.process_cancellation_plans": row.cancellations,
    "oms.orders.tasks.rerun_plans_for_cancellation_waiting_packages": row.stoppedPackages,
    "oms.integrations.tasks.delete_old_webhook_request_records": false,
  };
}

type Waits = Readonly<
  Record<
    | "messages"
    | "plans"
    | "exceptions"
    | "missingTransfers"
    | "discrepancies"
    | "parcels"
    | "transferParcels"
    | "shippable"
    | "events"
    | "deliveries"
    | "cancellations"
    | "stoppedPackages",
    boolean
  >
>;
