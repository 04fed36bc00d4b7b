import type { JsonObject } from "@drumline/core/task";
import { Prisma, type Transaction } from "@drumline/db";

import type { EntityState } from "./check-changes.ts";
import { EXCEPTION_STATES } from "./package-states.ts";
import type { Entity } from "./transition-rules.ts";

/** An entity under a lock, with what its event will say of it. */
export interface LockedEntity extends EntityState {
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

/** Locks entities, by id; their orders are locked already. */
export async function lockEntities(tx: Transaction, entity: Entity, ids: readonly bigint[]): Promise<LockedEntity[]> {
  return await tx.$queryRaw<LockedEntity[]>(Prisma.sql`
    ${ROWS[entity]} WHERE one.id = ANY(${[...ids]}::bigint[]) ORDER BY one.id FOR NO KEY UPDATE OF one`);
}

/** Where an entity ends up after a batch of changes. */
export interface NewState {
  readonly id: bigint;
  readonly from: string;
  readonly to: string;
  /** Changes that led there. */
  readonly steps: number;
  readonly reason: string | null;
}

/** Only under the locks of `lockEntities`: the one place where a state is written. */
export async function updateStates(
  tx: Transaction,
  entity: Entity,
  states: readonly NewState[],
  at: Date,
): Promise<void> {
  const rows = states.map(({ id, ...state }) => ({ ...state, id: String(id) }));
  await tx.$executeRaw(Prisma.sql`
    ${UPDATES[entity](at)}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS new(id bigint, "from" text, "to" text, steps int, reason text)
    WHERE one.id = new.id`);
  if (entity === "package") await followItems(tx, states);
  if (entity === "transfer_order") await followTransferItems(tx, states);
}

async function followItems(tx: Transaction, states: readonly NewState[]): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    UPDATE package_item item SET state = package.state FROM package
    WHERE item.state <> 'CANCELLED' AND item.package_id = package.id AND package.id = ANY(${states.map(({ id }) => id)}::bigint[])`);
}

async function followTransferItems(tx: Transaction, states: readonly NewState[]): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    UPDATE transfer_item item SET state = transfer_order.state FROM transfer_order
    WHERE item.transfer_order_id = transfer_order.id AND transfer_order.id = ANY(${states.map(({ id }) => id)}::bigint[])`);
}

/** The packages that waited for one of these transfers and now wait for none. */
export async function findArrivedPackages(tx: Transaction, transferIds: readonly bigint[]): Promise<bigint[]> {
  const rows = await tx.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    SELECT id FROM package
    WHERE state = 'WAITING_FOR_TRANSFER'
      AND id IN (SELECT package_id FROM transfer_order WHERE id = ANY(${[...transferIds]}::bigint[]))
      AND NOT EXISTS (
        SELECT FROM transfer_order open
        WHERE open.package_id = package.id AND open.state NOT IN ('TRANSFERRED', 'CANCELLED'))
    ORDER BY id`);
  return rows.map(({ id }) => id);
}

const ORDER_IDS: Readonly<Record<Entity, (isOneOf: Prisma.Sql) => Prisma.Sql>> = {
  order: (any) => Prisma.sql`SELECT id FROM orders WHERE id = ${any}`,
  order_execution_plan: (any) => Prisma.sql`SELECT order_id FROM order_execution_plan WHERE id = ${any}`,
  package: (any) => Prisma.sql`SELECT order_id FROM package WHERE id = ${any}`,
  transfer_order: (any) => Prisma.sql`SELECT order_id FROM transfer_order WHERE id = ${any}`,
  shipment: (any) => Prisma.sql`
    SELECT coalesce(package.order_id, transfer_order.order_id) FROM shipment
    LEFT JOIN package ON package.id = coalesce(shipment.package_id, shipment.replaced_package_id)
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
    SELECT one.id, one.state::text AS state, one.version, one.order_id AS "orderId",
      jsonb_build_object(
        'number', one.number, 'package', package.number, 'source', source.erp_code,
        'destination', destination.erp_code, 'items', (
          SELECT jsonb_agg(jsonb_build_object(
            'order_item_id', package_item.order_item_id, 'sku', product.sku, 'quantity', item.quantity) ORDER BY item.id)
          FROM transfer_item item
          JOIN package_item ON package_item.id = item.package_item_id
          JOIN order_item ON order_item.id = package_item.order_item_id
          JOIN product ON product.id = order_item.product_id
          WHERE item.transfer_order_id = one.id)) AS facts
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
    LEFT JOIN package ON package.id = coalesce(one.package_id, one.replaced_package_id)
    LEFT JOIN transfer_order ON transfer_order.id = one.transfer_order_id`,
  cancellation_plan: Prisma.sql`
    SELECT one.id, one.status::text AS state, one.order_id AS "orderId",
      jsonb_build_object('omnitron_id', one.omnitron_id, 'order_number', one.order_number) AS facts
    FROM cancellation_plan one`,
};

const UPDATES: Readonly<Record<Entity, (at: Date) => Prisma.Sql>> = {
  order: (at) => Prisma.sql`UPDATE orders one SET state = new.to::order_state, updated_at = ${at}`,
  order_execution_plan: (at) => Prisma.sql`
    UPDATE order_execution_plan one SET state = new.to::plan_state, updated_at = ${at}`,
  // A package that needs planning again is due at once; any other has no such date.
  package: (at) => Prisma.sql`
    UPDATE package one SET
      state = new.to::package_state,
      state_before = CASE WHEN new.from = new.to THEN one.state_before ELSE new.from::package_state END, version = version + new.steps,
      next_replan_at = CASE WHEN new.to = ANY(${[...EXCEPTION_STATES]}::text[]) THEN ${at}::timestamptz END,
      cancel_reason = CASE WHEN new.to = 'CANCELLED' THEN new.reason ELSE cancel_reason END,
      updated_at = ${at}`,
  transfer_order: (at) => Prisma.sql`
    UPDATE transfer_order one SET
      state = new.to::transfer_state, version = version + new.steps,
      next_retry_at = CASE WHEN new.to = 'OUT_OF_STOCK' THEN ${at}::timestamptz END, updated_at = ${at}`,
  shipment: (at) => Prisma.sql`UPDATE shipment one SET status = new.to::shipment_status, updated_at = ${at}`,
  cancellation_plan: (at) => Prisma.sql`
    UPDATE cancellation_plan one SET status = new.to::cancellation_plan_status, updated_at = ${at}`,
};
