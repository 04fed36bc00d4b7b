import { Prisma, type Transaction } from "@drumline/db";

import { HOLDABLE_STATES } from "./package-states.ts";
import type { HoldablePackage } from "./plan-holds.ts";

/** An order that may have packages to hold or to let go. */
export interface StoppableOrder {
  readonly id: bigint;
  readonly isStopped: boolean;
  /** Items that Omnitron wants not to be worked on. */
  readonly stoppedItemIds: readonly bigint[];
}

export async function loadHoldablePackages(
  tx: Transaction,
  orders: readonly StoppableOrder[],
): Promise<HoldablePackage[]> {
  if (orders.length === 0) return [];
  const stopped = orders.filter(({ isStopped }) => isStopped).map(({ id }) => id);
  const stoppedItems = orders.flatMap(({ stoppedItemIds }) => stoppedItemIds);
  return await tx.$queryRaw<HoldablePackage[]>(Prisma.sql`
    SELECT package.id, package.state::text AS state, package.state_before::text AS "stateBefore",
      package.order_id = ANY(${stopped}::bigint[]) OR EXISTS (
        SELECT FROM package_item held
        WHERE held.package_id = package.id AND held.state <> 'CANCELLED'
          AND held.order_item_id = ANY(${stoppedItems}::bigint[])) AS "isStopped",
      EXISTS (
        SELECT FROM package_item held
        JOIN cancellation_plan_item wish ON wish.order_item_id = held.order_item_id AND wish.status = 'PROCESSING'
        JOIN cancellation_plan plan ON plan.id = wish.plan_id AND plan.status = 'PROCESSING'
        WHERE held.package_id = package.id AND held.state <> 'CANCELLED') AS "hasOpenWish",
      EXISTS (
        SELECT FROM shipment WHERE shipment.package_id = package.id AND shipment.status NOT IN ('CREATED', 'DELETED')
      ) AS "isHandedOver",
      EXISTS (
        SELECT FROM transfer_order open
        WHERE open.package_id = package.id AND open.state NOT IN ('TRANSFERRED', 'CANCELLED')) AS "hasOpenTransfer"
    FROM package
    WHERE package.order_id = ANY(${orders.map(({ id }) => id)}::bigint[])
      AND package.state::text = ANY(${[...HOLDABLE_STATES, "CANCELLATION_WAITING"]}::text[])
    ORDER BY package.id`);
}

/** What a held package waits for, for whoever looks at it; nothing once it goes on. */
export async function saveHoldReasons(tx: Transaction, packageIds: readonly bigint[]): Promise<void> {
  if (packageIds.length === 0) return;
  await tx.$executeRaw(Prisma.sql`
    UPDATE package SET cancellation_error = CASE WHEN state = 'CANCELLATION_WAITING' THEN 'WAITS_FOR_OMNITRON' END
    WHERE id = ANY(${[...packageIds]}::bigint[])`);
}
