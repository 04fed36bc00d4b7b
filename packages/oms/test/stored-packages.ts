import { type Database, Prisma } from "@drumline/db";

import type { PackageState } from "../src/states/index.ts";
import { RESERVING_STATES } from "../src/states/package-states.ts";

export interface StoredPackage {
  readonly orderId: bigint;
  readonly orderPk: bigint;
  readonly orderNumber: string;
  readonly orderItemId: bigint;
  readonly packageId: bigint;
  readonly packageItemId: bigint;
  readonly planId: bigint;
}

interface Shape {
  readonly state?: PackageState;
  readonly stateBefore?: PackageState | null;
  readonly quantity?: number;
  readonly location?: string;
  readonly sku?: string;
}

export const AT = new Date("2026-11-20T12:00:00Z");

/** Locations by their ERP codes. */
export async function storeLocations(db: Database, erpCodes: readonly string[]): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    INSERT INTO stock_location (erp_code, name, priority)
    SELECT code, code, 100 FROM unnest(${[...erpCodes]}::text[]) code ON CONFLICT DO NOTHING`);
}

/** Units in stock, as `{ "sku-1": { A: 5 } }`. */
export async function storeStock(
  db: Database,
  stock: Readonly<Record<string, Readonly<Record<string, number>>>>,
): Promise<void> {
  const rows = Object.entries(stock).flatMap(([sku, places]) =>
    Object.entries(places).map(([erp_code, on_hand]) => ({ sku, erp_code, on_hand })),
  );
  const data = JSON.stringify(rows);
  await db.$executeRaw(Prisma.sql`
    INSERT INTO product (sku, name) SELECT DISTINCT sku, sku
    FROM jsonb_to_recordset(${data}::jsonb) AS level(sku text) ON CONFLICT DO NOTHING`);
  await db.$executeRaw(Prisma.sql`
    INSERT INTO stock (location_id, product_id, on_hand, source_updated_at)
    SELECT location.id, product.id, level.on_hand, '2026-01-01'
    FROM jsonb_to_recordset(${data}::jsonb) AS level(sku text, erp_code text, on_hand int)
    JOIN stock_location location USING (erp_code) JOIN product USING (sku)
    ON CONFLICT (location_id, product_id) DO UPDATE SET on_hand = excluded.on_hand`);
}

/**
 * Orders of one item in one package each, as if they had been pulled, planned and moved to the state wanted: with
 * reservations where that state has them, log rows and events.
 */
export async function storePackages(db: Database, shapes: readonly Shape[]): Promise<StoredPackage[]> {
  const [{ next }] = await db.$queryRaw<[{ next: number }]>`SELECT coalesce(max(id), 0)::int + 1 AS next FROM orders`;
  const rows = shapes.map((shape, index) => ({
    pk: next + index,
    state: shape.state ?? "WAITING",
    state_before: shape.stateBefore ?? null,
    quantity: shape.quantity ?? 1,
    location: shape.location ?? "A",
    sku: shape.sku ?? "sku",
    reserves: (RESERVING_STATES as readonly string[]).includes(
      (shape.state === "CANCELLATION_WAITING" ? shape.stateBefore : shape.state) ?? "WAITING",
    ),
  }));
  const data = JSON.stringify(rows);
  await storeLocations(db, [...new Set(rows.map(({ location }) => location))]);
  await db.$executeRaw`INSERT INTO channel (omnitron_id, name) VALUES (1, 'olist') ON CONFLICT DO NOTHING`;
  for (const { sku, location } of new Map(rows.map((row) => [`${row.sku} ${row.location}`, row])).values()) {
    const [known] = await db.$queryRaw<unknown[]>`
      SELECT FROM stock JOIN product ON product.id = product_id JOIN stock_location place ON place.id = location_id
      WHERE product.sku = ${sku} AND place.erp_code = ${location}`;
    if (known === undefined) await storeStock(db, { [sku]: { [location]: 1_000_000 } });
  }
  const from = Prisma.sql`jsonb_to_recordset(${data}::jsonb) AS row(
    pk bigint, state package_state, state_before package_state, quantity int, location text, sku text, reserves boolean)`;
  const orderState = Prisma.sql`
    CASE WHEN row.state IN ('CANCELLED', 'DELIVERED') THEN row.state::text ELSE 'APPROVED' END::order_state`;
  await db.$executeRaw(Prisma.sql`
    INSERT INTO orders (omnitron_id, number, channel_id, state, remote_status, currency, amount_minor, address, placed_at,
      remote_modified_at, payload, created_at, updated_at)
    SELECT pk, 'R' || pk, channel.id, ${orderState}, '400', 'BRL', 100, '{}', ${AT}, ${AT}, '{}', ${AT}, ${AT}
    FROM ${from}, channel ORDER BY pk`);
  await db.$executeRaw(Prisma.sql`
    INSERT INTO order_item (omnitron_id, order_id, product_id, quantity, cancelled_quantity, state, price_minor)
    SELECT pk, orders.id, product.id, quantity, CASE WHEN row.state = 'CANCELLED' THEN quantity ELSE 0 END,
      ${orderState}, 100
    FROM ${from} JOIN orders ON orders.omnitron_id = pk JOIN product USING (sku) ORDER BY pk`);
  await db.$executeRaw(Prisma.sql`
    INSERT INTO order_execution_plan (order_id, state, attempts, context, created_at, updated_at)
    SELECT orders.id, 'COMPLETED', 1, '{"version": 1, "attempts": []}', ${AT}, ${AT}
    FROM ${from} JOIN orders ON orders.omnitron_id = pk ORDER BY pk`);
  await db.$executeRaw(Prisma.sql`
    INSERT INTO package (number, order_id, plan_id, location_id, state, state_before, created_at, updated_at)
    SELECT 'R' || pk || 'P1', orders.id, plan.id, location.id, row.state, state_before, ${AT}, ${AT}
    FROM ${from} JOIN orders ON orders.omnitron_id = pk JOIN order_execution_plan plan ON plan.order_id = orders.id
    JOIN stock_location location ON location.erp_code = row.location ORDER BY pk`);
  await db.$executeRaw(Prisma.sql`
    INSERT INTO package_item (package_id, order_item_id, quantity, state)
    SELECT package.id, item.id, item.quantity, row.state
    FROM ${from} JOIN orders ON orders.omnitron_id = pk JOIN package ON package.order_id = orders.id
    JOIN order_item item ON item.order_id = orders.id ORDER BY pk`);
  await db.$executeRaw(Prisma.sql`
    INSERT INTO order_execution_plan_item (plan_id, order_item_id, package_item_id, state)
    SELECT plan.id, item.id, package_item.id, 'COMPLETED'
    FROM ${from} JOIN orders ON orders.omnitron_id = pk JOIN order_execution_plan plan ON plan.order_id = orders.id
    JOIN order_item item ON item.order_id = orders.id JOIN package_item ON package_item.order_item_id = item.id`);
  await db.$executeRaw(Prisma.sql`
    INSERT INTO reservation (type, location_id, product_id, quantity, package_item_id, created_at)
    SELECT 'ORDER', package.location_id, item.product_id, item.quantity, package_item.id, ${AT}
    FROM ${from} JOIN orders ON orders.omnitron_id = pk JOIN package ON package.order_id = orders.id
    JOIN order_item item ON item.order_id = orders.id JOIN package_item ON package_item.order_item_id = item.id
    WHERE row.reserves`);
  await db.$executeRaw(Prisma.sql`
    INSERT INTO state_transition_log (entity_type, entity_id, new_state, command, actor, at)
    SELECT 'package', package.id, package.state::text, 'FULFIL_ORDER', 'drumline', ${AT}
    FROM ${from} JOIN orders ON orders.omnitron_id = pk JOIN package ON package.order_id = orders.id`);
  await db.$executeRaw(Prisma.sql`
    INSERT INTO event_queue (id, event_type, entity_type, entity_id, payload, created_at, modified_at)
    SELECT gen_random_uuid(), 'package.created', 'package', package.id, '{}', ${AT}, ${AT}
    FROM ${from} JOIN orders ON orders.omnitron_id = pk JOIN package ON package.order_id = orders.id`);
  return await db.$queryRaw<StoredPackage[]>(Prisma.sql`
    SELECT orders.id AS "orderId", pk AS "orderPk", orders.number AS "orderNumber", item.id AS "orderItemId",
      package.id AS "packageId", package_item.id AS "packageItemId", package.plan_id AS "planId"
    FROM ${from} JOIN orders ON orders.omnitron_id = pk JOIN package ON package.order_id = orders.id
    JOIN order_item item ON item.order_id = orders.id JOIN package_item ON package_item.order_item_id = item.id
    ORDER BY pk`);
}

/** Makes a stored package wait for all its units from another location; answers the transfer's id. */
export async function storeTransfer(db: Database, stored: StoredPackage, source: string): Promise<bigint> {
  await storeLocations(db, [source]);
  const [{ sku }] = await db.$queryRaw<[{ sku: string }]>`
    SELECT sku FROM product JOIN order_item ON order_item.product_id = product.id WHERE order_item.id = ${stored.orderItemId}`;
  const [known] = await db.$queryRaw<unknown[]>`
    SELECT FROM stock JOIN product ON product.id = product_id JOIN stock_location place ON place.id = location_id
    WHERE product.sku = ${sku} AND place.erp_code = ${source}`;
  if (known === undefined) await storeStock(db, { [sku]: { [source]: 100 } });
  const [transfer] = await db.$queryRaw<[{ id: bigint }]>(Prisma.sql`
    WITH transfer AS (
      INSERT INTO transfer_order (number, package_id, order_id, source_id, destination_id, state, created_at, updated_at)
      SELECT package.number || 'T' || (SELECT count(*) + 1 FROM transfer_order other WHERE other.package_id = package.id),
        package.id, order_id, place.id, location_id, 'WAITING', ${AT}, ${AT}
      FROM package, stock_location place WHERE package.id = ${stored.packageId} AND place.erp_code = ${source}
      RETURNING id, source_id
    ), item AS (
      INSERT INTO transfer_item (transfer_order_id, package_item_id, quantity, state)
      SELECT transfer.id, package_item.id, package_item.quantity, 'WAITING'
      FROM transfer, package_item WHERE package_item.id = ${stored.packageItemId} RETURNING id, quantity
    ), moved AS (
      UPDATE reservation SET type = 'TRANSFER', package_item_id = NULL, transfer_item_id = item.id,
        location_id = transfer.source_id
      FROM transfer, item WHERE package_item_id = ${stored.packageItemId} AND status = 'ACTIVE'
    ), waiting AS (
      UPDATE package SET state = 'WAITING_FOR_TRANSFER' WHERE id = ${stored.packageId} RETURNING id
    ), logged AS (
      INSERT INTO state_transition_log (entity_type, entity_id, new_state, command, actor, at)
      SELECT 'package', id, 'WAITING_FOR_TRANSFER', 'FULFIL_ORDER', 'drumline', ${AT} FROM waiting
    )
    SELECT id FROM transfer`);
  return transfer.id;
}
