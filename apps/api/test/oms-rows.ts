import { type Database, Prisma } from "@drumline/db";

/** A waiting package of location A that waits for its unit from another one. */
export async function storeTransfer(
  db: Database,
  source: string,
): Promise<{ id: string; number: string; packageNumber: string; orderNumber: string }> {
  const { id: packageId, number: packageNumber } = await storeWaitingPackage(db);
  await db.$executeRaw`INSERT INTO stock_location (erp_code, name) VALUES (${source}, ${source}) ON CONFLICT DO NOTHING`;
  const [row] = await db.$queryRaw<[{ id: string; number: string; orderNumber: string }]>(Prisma.sql`
    WITH waiting AS (
      UPDATE package SET state = 'WAITING_FOR_TRANSFER' WHERE id = ${BigInt(packageId)} RETURNING id, number, order_id, location_id
    ), transfer AS (
      INSERT INTO transfer_order (number, package_id, order_id, source_id, destination_id, state)
      SELECT waiting.number || 'T1', waiting.id, order_id, place.id, location_id, 'WAITING'
      FROM waiting, stock_location place WHERE place.erp_code = ${source} RETURNING id, number, package_id, order_id
    ), item AS (
      INSERT INTO transfer_item (transfer_order_id, package_item_id, quantity, state)
      SELECT transfer.id, package_item.id, package_item.quantity, 'WAITING'
      FROM transfer JOIN package_item USING (package_id)
    )
    SELECT transfer.id::text, transfer.number, orders.number AS "orderNumber"
    FROM transfer JOIN orders ON orders.id = transfer.order_id`);
  return { ...row, packageNumber };
}

let stored = 0;

/** A planned order of one unit, in one waiting package at location A. */
export async function storeWaitingPackage(db: Database): Promise<{ id: string; number: string }> {
  const pk = (stored += 1);
  const number = `R${pk}`;
  await db.$executeRaw`INSERT INTO channel (omnitron_id, name) VALUES (1, 'olist') ON CONFLICT DO NOTHING`;
  await db.$executeRaw`INSERT INTO stock_location (erp_code, name) VALUES ('A', 'A') ON CONFLICT DO NOTHING`;
  await db.$executeRaw`INSERT INTO product (sku, name) VALUES ('sku', 'sku') ON CONFLICT DO NOTHING`;
  const [row] = await db.$queryRaw<[{ id: string }]>(Prisma.sql`
    WITH place AS (SELECT id FROM stock_location WHERE erp_code = 'A'),
    orders AS (
      INSERT INTO orders (omnitron_id, number, channel_id, state, remote_status, currency, amount_minor, address,
        placed_at, remote_modified_at, payload)
      SELECT ${pk}, ${number}, channel.id, 'APPROVED', '400', 'BRL', 1, '{}', now(), now(), '{}' FROM channel
      RETURNING id
    ), item AS (
      INSERT INTO order_item (omnitron_id, order_id, product_id, quantity, state, price_minor)
      SELECT ${pk}, orders.id, product.id, 1, 'APPROVED', 1 FROM orders, product RETURNING id
    ), plan AS (
      INSERT INTO order_execution_plan (order_id, state) SELECT id, 'COMPLETED' FROM orders RETURNING id, order_id
    ), package AS (
      INSERT INTO package (number, order_id, plan_id, location_id, state)
      SELECT ${`${number}P1`}, plan.order_id, plan.id, place.id, 'WAITING' FROM plan, place RETURNING id
    ), package_item AS (
      INSERT INTO package_item (package_id, order_item_id, quantity, state)
      SELECT package.id, item.id, 1, 'WAITING' FROM package, item
    )
    SELECT id::text FROM package`);
  return { id: row.id, number: `${number}P1` };
}
