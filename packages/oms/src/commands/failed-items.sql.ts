import { Prisma, type Transaction } from "@drumline/db";

import { closeDiscrepancies, openDiscrepancies } from "../reservations/discrepancy-problems.sql.ts";

/** `null` means every item of the package. */
type Items = readonly bigint[] | null;

const isMeant = (items: Items): Prisma.Sql =>
  items === null
    ? Prisma.sql`item.state <> 'CANCELLED'`
    : Prisma.sql`item.order_item_id = ANY(${[...items]}::bigint[]) AND item.state <> 'CANCELLED'`;

/** Order items that are not in the package. */
export async function findForeignItems(
  tx: Transaction,
  packageId: bigint,
  items: readonly bigint[],
): Promise<bigint[]> {
  const rows = await tx.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    SELECT wanted.id FROM unnest(${[...items]}::bigint[]) AS wanted(id)
    WHERE NOT EXISTS (
      SELECT FROM package_item item WHERE item.package_id = ${packageId} AND item.order_item_id = wanted.id AND item.state <> 'CANCELLED')`);
  return rows.map(({ id }) => id);
}

/** When a location failed items, and whether that left a discrepancy there. */
export interface LocationFailure {
  readonly at: Date;
  readonly discrepancy: boolean;
}

const excluding = (locationId: Prisma.Sql, { at, discrepancy }: LocationFailure): Prisma.Sql => Prisma.sql`
  excluded_location_ids = array_remove(plan_item.excluded_location_ids, ${locationId}) || ${locationId},
  failures = plan_item.failures || jsonb_build_object(
    ${locationId}::text, jsonb_build_object('at', ${at}::timestamptz, 'discrepancy', ${discrepancy}::boolean))`;

/** The package's location is not tried again for these items of this order until something has changed there. */
export async function excludeLocation(
  tx: Transaction,
  packageId: bigint,
  items: Items,
  failure: LocationFailure,
): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    UPDATE order_execution_plan_item plan_item SET ${excluding(Prisma.sql`package.location_id`, failure)}
    FROM package JOIN package_item item ON item.package_id = package.id
    WHERE package.id = ${packageId} AND ${isMeant(items)}
      AND plan_item.plan_id = package.plan_id AND plan_item.order_item_id = item.order_item_id`);
}

/** As `excludeLocation`, for the source of a transfer. */
export async function excludeSource(
  tx: Transaction,
  transferId: bigint,
  items: Items,
  failure: LocationFailure,
): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    UPDATE order_execution_plan_item plan_item SET ${excluding(Prisma.sql`transfer_order.source_id`, failure)}
    FROM transfer_order
    JOIN package ON package.id = transfer_order.package_id
    JOIN transfer_item ON transfer_item.transfer_order_id = transfer_order.id
    JOIN package_item item ON item.id = transfer_item.package_item_id
    WHERE transfer_order.id = ${transferId} AND ${isMeant(items)}
      AND plan_item.plan_id = package.plan_id AND plan_item.order_item_id = item.order_item_id`);
}

/** Why a store refused the package, on each of its items. */
export async function saveDenialReason(tx: Transaction, packageId: bigint, reason: string): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    UPDATE package_item SET denial_reason = ${reason} WHERE package_id = ${packageId}`);
}

/** Blocks the items' products at the package's location; a block that stands already is enough. */
export async function saveDiscrepancies(tx: Transaction, packageId: bigint, items: Items, at: Date): Promise<void> {
  const change = Prisma.sql`
    INSERT INTO reservation (type, location_id, product_id, quantity, reason, created_at)
    SELECT 'INVENTORY_DISCREPANCY', package.location_id, order_item.product_id, sum(item.quantity), max(package.number), ${at}
    FROM package
    JOIN package_item item ON item.package_id = package.id
    JOIN order_item ON order_item.id = item.order_item_id
    WHERE package.id = ${packageId} AND ${isMeant(items)}
    GROUP BY package.location_id, order_item.product_id ORDER BY 2, 3
    ON CONFLICT (location_id, product_id) WHERE type = 'INVENTORY_DISCREPANCY' AND status = 'ACTIVE' DO NOTHING
    RETURNING location_id, product_id, quantity, reason`;
  await openDiscrepancies(tx, change, at);
}

/** As `saveDiscrepancies`, at the source of a transfer. */
export async function saveSourceDiscrepancies(
  tx: Transaction,
  transferId: bigint,
  items: Items,
  at: Date,
): Promise<void> {
  const change = Prisma.sql`
    INSERT INTO reservation (type, location_id, product_id, quantity, reason, created_at)
    SELECT 'INVENTORY_DISCREPANCY', transfer_order.source_id, order_item.product_id, sum(transfer_item.quantity),
      max(transfer_order.number), ${at}
    FROM transfer_order
    JOIN transfer_item ON transfer_item.transfer_order_id = transfer_order.id
    JOIN package_item item ON item.id = transfer_item.package_item_id
    JOIN order_item ON order_item.id = item.order_item_id
    WHERE transfer_order.id = ${transferId} AND ${isMeant(items)}
    GROUP BY transfer_order.source_id, order_item.product_id ORDER BY 2, 3
    ON CONFLICT (location_id, product_id) WHERE type = 'INVENTORY_DISCREPANCY' AND status = 'ACTIVE' DO NOTHING
    RETURNING location_id, product_id, quantity, reason`;
  await openDiscrepancies(tx, change, at);
}

/** Lifts the blocks of the package's products at its location. */
export async function releaseDiscrepancies(tx: Transaction, packageId: bigint, at: Date): Promise<void> {
  const change = Prisma.sql`
    UPDATE reservation SET status = 'RELEASED', released_at = ${at}, release_reason = 'PACKED_FOR_REFUND'
    FROM package
    JOIN package_item item ON item.package_id = package.id
    JOIN order_item ON order_item.id = item.order_item_id
    WHERE package.id = ${packageId} AND reservation.location_id = package.location_id
      AND reservation.product_id = order_item.product_id
      AND reservation.type = 'INVENTORY_DISCREPANCY' AND reservation.status = 'ACTIVE'
    RETURNING reservation.location_id, reservation.product_id, reservation.quantity, reservation.reason`;
  await closeDiscrepancies(tx, change, "a package of the product was packed for a refund there", at);
}
