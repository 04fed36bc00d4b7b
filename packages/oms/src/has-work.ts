import { type Database, Prisma } from "@drumline/db";
import { someDeliveryIsDue } from "@drumline/events/deliveries";
import { someEventWaits } from "@drumline/events/dispatcher";
import { someRequestIsOlder } from "@drumline/events/inbox";
import type { omsTasks } from "@drumline/tasks";

import { isDue as isPlanDue } from "./cancellations/claim-plans.sql.ts";
import { isDue as isMessageDue } from "./messages/messages.sql.ts";
import { someWorkAtClosed } from "./orders/closed-locations.sql.ts";
import { someOrderWaits } from "./planning/fulfilment/claim-orders.sql.ts";
import { isDue as isPackageDue } from "./planning/replanning/claim-replans.sql.ts";
import { dueTransferTables, isDue as isTransferDue } from "./planning/replanning/due-transfers.sql.ts";
import { isOpen as isDiscrepancyOpen } from "./reservations/discrepancies.sql.ts";
import { isDue as isShipmentDue } from "./shipments/claim-shipments.sql.ts";
import { shippablePackages } from "./shipments/ship-packages.sql.ts";
import { EXCEPTION_STATES, STOCK_EXCEPTION_STATES } from "./states/package-states.ts";

type OmsTask = keyof typeof omsTasks;

/** By wire name; a task that is not named has work by the calendar alone. */
export type HasWork = Readonly<Partial<Record<OmsTask, boolean>>>;

const some = (rows: Prisma.Sql): Prisma.Sql => Prisma.sql`EXISTS (SELECT FROM ${rows})`;

/** What the tasks would claim at that instant, by the very predicates of their claims. */
const PREDICATES = {
  // Inside the OMS. What is new at Omnitron is known when it was asked.
  "oms.orders.tasks.get_orders_from_omnitron": (now) =>
    Prisma.sql`(${some(Prisma.sql`omnitron_message message WHERE ${isMessageDue(now)}`)} OR ${someWorkAtClosed})`,
  "oms.orders.tasks.process_cancellation_plans": (now) =>
    some(Prisma.sql`cancellation_plan plan WHERE ${isPlanDue("NEW", now)}`),
  "oms.orders.tasks.rerun_plans_for_cancellation_waiting_packages": (now) =>
    some(Prisma.sql`cancellation_plan plan WHERE ${isPlanDue("WAITING_FOR_PACKAGES", now)}`),
  "oms.fulfilment.tasks.fulfil_waiting_orders": () => someOrderWaits,
  "oms.fulfilment.tasks.fulfil_replaning_orders": (now) =>
    some(Prisma.sql`
      package JOIN orders ON orders.id = package.order_id WHERE ${isPackageDue({ states: EXCEPTION_STATES, now })}`),
  "oms.fulfilment.tasks.retry_out_of_stock_packages": (now) =>
    some(Prisma.sql`
      package JOIN orders ON orders.id = package.order_id
      WHERE ${isPackageDue({ states: STOCK_EXCEPTION_STATES, now })}`),
  "oms.fulfilment.tasks.retry_out_of_stock_transfers": (now) =>
    some(Prisma.sql`${dueTransferTables} WHERE ${isTransferDue(now)}`),
  // Those of any age: what is too young for the task's settings makes it run in vain.
  "oms.reservations.tasks.clear_inventory_discrepancies": (now) =>
    some(Prisma.sql`reservation WHERE ${isDiscrepancyOpen(now)}`),
  "oms.shipments.tasks.update_all_tracking_information": (now) =>
    some(Prisma.sql`shipment WHERE ${isShipmentDue("packages", now)}`),
  "oms.shipments.tasks.update_all_seven_days_tracking_information": (now) =>
    some(Prisma.sql`shipment WHERE ${isShipmentDue("packages of seven days", now)}`),
  "oms.shipments.tasks.update_all_transfer_order_tracking_information": (now) =>
    some(Prisma.sql`shipment WHERE ${isShipmentDue("transfers", now)}`),
  "oms.shipments.tasks.auto_run_ship_the_package_command": () => some(shippablePackages),
  "whisperer.tasks.trigger_event_queue_events": () => someEventWaits,
  "whisperer.tasks.undelivered_event_scanner": (now) => someDeliveryIsDue(now),
  "oms.integrations.tasks.delete_old_webhook_request_records": (now) => someRequestIsOlder(now),
} satisfies Partial<Record<OmsTask, (now: Date) => Prisma.Sql>>;

/**
 * Whether a task would find anything to do, in one look at a handful of small indexes; for the replay, since in production
 * each handler looks itself (docs/adr/0009). False is certain of what is in
 * the database, whoever has claimed it; true may be too early where the age of a record is a setting of the task.
 */
export async function loadHasWork(db: Database, now: Date): Promise<HasWork> {
  const pairs = Object.entries(PREDICATES).map(([task, isThere]) => Prisma.sql`${task}::text, ${isThere(now)}`);
  const [row] = await db.$queryRaw<[{ tasks: HasWork }]>(Prisma.sql`
    SELECT jsonb_build_object(${Prisma.join(pairs)}) AS tasks`);
  return row.tasks;
}

/**
 * Whether anything inside the OMS waits for time to pass, due or not: parcels under way, packages in exception, plans and
 * cancellations that are not decided. With `untold`, what Omnitron has not been told.
 */
export interface OpenWork {
  readonly open: boolean;
  readonly untold: boolean;
}

export async function loadOpenWork(db: Database): Promise<OpenWork> {
  const [row] = await db.$queryRaw<[OpenWork]>(Prisma.sql`
    SELECT
      EXISTS (SELECT FROM shipment WHERE status NOT IN ('DELIVERED', 'DELETED', 'EXPIRED'))
        OR EXISTS (
          SELECT FROM package
          WHERE state IN ('NEEDS_REPLAN', 'OUT_OF_STOCK', 'DEFECTIVE_PRODUCT', 'UNAVAILABLE', 'CANCELLATION_WAITING',
            'WAITING_FOR_TRANSFER'))
        OR EXISTS (SELECT FROM cancellation_plan WHERE status IN ('WAITING', 'PROCESSING', 'PARTIAL'))
        OR EXISTS (SELECT FROM order_execution_plan WHERE state = 'START') AS open,
      EXISTS (SELECT FROM omnitron_message WHERE sent_at IS NULL AND given_up_at IS NULL) AS untold`);
  return row;
}
