import type { JsonObject } from "@drumline/core/task";
import { Prisma, type Transaction } from "@drumline/db";

import type { Standing } from "./judge-changes.ts";
import type { Entity } from "./state-change.ts";

/** An entity as it stands, under a lock, with what its event will say of it. */
export interface LockedRow extends Standing {
  /** Null for a cancellation plan whose order has not arrived. */
  readonly orderId: bigint | null;
  readonly facts: JsonObject;
}

/** Everything that happens to an order happens under the lock of its row, always taken first and by id. */
export async function lockOrders(tx: Transaction, ids: readonly bigint[]): Promise<void> {
  await tx.$queryRaw(Prisma.sql`
    SELECT id FROM orders WHERE id = ANY(${[...ids]}::bigint[]) ORDER BY id FOR NO KEY UPDATE`);
}

/** Locks the orders these entities belong to. */
export async function lockOrdersOf(
  tx: Transaction,
  idsByEntity: ReadonlyMap<Entity, readonly bigint[]>,
): Promise<void> {
  const owners = [...idsByEntity].map(([entity, ids]) => ORDER_IDS[entity](Prisma.sql`ANY(${[...ids]}::bigint[])`));
  await tx.$queryRaw(Prisma.sql`
    SELECT id FROM orders WHERE id IN (${Prisma.join(owners, " UNION ")}) ORDER BY id FOR NO KEY UPDATE`);
}

export async function lockStandings(tx: Transaction, entity: Entity, ids: readonly bigint[]): Promise<LockedRow[]> {
  return await tx.$queryRaw<LockedRow[]>(Prisma.sql`
    ${ROWS[entity]} WHERE one.id = ANY(${[...ids]}::bigint[]) ORDER BY one.id FOR NO KEY UPDATE OF one`);
}

const ORDER_IDS: Readonly<Record<Entity, (isOneOf: Prisma.Sql) => Prisma.Sql>> = {
  order: (any) => Prisma.sql`SELECT id FROM orders WHERE id = ${any}`,
  order_execution_plan: (any) => Prisma.sql`SELECT order_id FROM order_execution_plan WHERE id = ${any}`,
  package: (any) => Prisma.sql`SELECT order_id FROM package WHERE id = ${any}`,
  transfer_order: (any) => Prisma.sql`SELECT order_id FROM transfer_order WHERE id = ${any}`,
  shipment: (any) => Prisma.sql`
    SELECT coalesce(package.order_id, transfer_order.order_id) FROM shipment
    LEFT JOIN package ON package.id = shipment.package_id
    LEFT JOIN transfer_order ON transfer_order.id = shipment.transfer_order_id
    WHERE shipment.id = ${any}`,
  cancellation_plan: (any) => Prisma.sql`SELECT order_id FROM cancellation_plan WHERE id = ${any}`,
};

const ROWS: Readonly<Record<Entity, Prisma.Sql>> = {
  order: Prisma.sql`
    SELECT one.id, one.state::text AS state, one.id AS "orderId", jsonb_build_object('number', one.number) AS facts
    FROM orders one`,
  order_execution_plan: Prisma.sql`
    SELECT one.id, one.state::text AS state, one.order_id AS "orderId", '{}'::jsonb AS facts
    FROM order_execution_plan one`,
  package: Prisma.sql`
    SELECT one.id, one.state::text AS state, one.state_before::text AS "stateBefore", one.version,
      one.order_id AS "orderId",
      jsonb_build_object(
        'number', one.number, 'order_number', orders.number, 'location', location.erp_code,
        'items', (
          SELECT jsonb_agg(jsonb_build_object(
            'order_item_id', item.order_item_id, 'sku', product.sku, 'quantity', item.quantity) ORDER BY item.id)
          FROM package_item item
          JOIN order_item ON order_item.id = item.order_item_id
          JOIN product ON product.id = order_item.product_id
          WHERE item.package_id = one.id AND item.state <> 'CANCELLED')) AS facts
    FROM package one
    JOIN orders ON orders.id = one.order_id
    JOIN stock_location location ON location.id = one.location_id`,
  transfer_order: Prisma.sql`
    SELECT one.id, one.state::text AS state, one.order_id AS "orderId",
      jsonb_build_object(
        'number', one.number, 'package', package.number, 'source', source.erp_code,
        'destination', destination.erp_code) AS facts
    FROM transfer_order one
    JOIN package ON package.id = one.package_id
    JOIN stock_location source ON source.id = one.source_id
    JOIN stock_location destination ON destination.id = one.destination_id`,
  shipment: Prisma.sql`
    SELECT one.id, one.status::text AS state, coalesce(package.order_id, transfer_order.order_id) AS "orderId",
      jsonb_build_object(
        'carrier', one.carrier_code, 'tracking_number', one.tracking_number, 'package', package.number,
        'transfer', transfer_order.number) AS facts
    FROM shipment one
    LEFT JOIN package ON package.id = one.package_id
    LEFT JOIN transfer_order ON transfer_order.id = one.transfer_order_id`,
  cancellation_plan: Prisma.sql`
    SELECT one.id, one.status::text AS state, one.order_id AS "orderId",
      jsonb_build_object('omnitron_id', one.omnitron_id, 'order_number', one.order_number) AS facts
    FROM cancellation_plan one`,
};
