import { type Database, Prisma, type Transaction } from "@drumline/db";

import type { Reading, RemoteOrder } from "../gateways/omnitron/port.ts";
import type { ImportSnapshot, KnownItem, KnownOrder, KnownProduct } from "./import-snapshot.ts";

/**
 * Loads what the database holds of a page's orders. With `lock` the orders stay locked until the transaction ends, by
 * id, as the planner locks them too.
 */
export async function loadImportSnapshot(
  db: Database | Transaction,
  records: readonly Reading<RemoteOrder>[],
  { lock }: { readonly lock: boolean },
): Promise<ImportSnapshot> {
  const incoming = records.flatMap((record) => (record.ok ? [record.value] : []));
  if (incoming.length === 0) return { orders: [], items: [], products: [] };
  const items = incoming.flatMap((order) => order.items);

  const orders = await db.$queryRaw<KnownOrder[]>(Prisma.sql`
    SELECT id, omnitron_id AS pk, number, state::text AS state, remote_modified_at AS "remoteModifiedAt", payload
    FROM orders
    WHERE omnitron_id = ANY(${incoming.map(({ pk }) => pk)}::bigint[])
       OR number = ANY(${incoming.map(({ number }) => number)}::text[])
    ORDER BY id ${lock ? Prisma.sql`FOR NO KEY UPDATE` : Prisma.empty}`);

  const knownItems = await db.$queryRaw<KnownItem[]>(Prisma.sql`
    SELECT item.omnitron_id AS pk, orders.omnitron_id AS "orderPk", product.sku, item.quantity,
      EXISTS (
        SELECT FROM package_item JOIN package ON package.id = package_item.package_id
        WHERE package_item.order_item_id = item.id AND package.state <> 'CANCELLED' AND package_item.state <> 'CANCELLED'
      ) AS "isPlanned",
      EXISTS (
        SELECT FROM order_execution_plan plan WHERE plan.order_id = item.order_id AND plan.state <> 'START'
      ) AS "orderIsPlanned"
    FROM order_item item
    JOIN orders ON orders.id = item.order_id
    JOIN product ON product.id = item.product_id
    WHERE item.omnitron_id = ANY(${items.map(({ pk }) => pk)}::bigint[])
       OR item.order_id = ANY(${orders.map(({ id }) => id)}::bigint[])`);

  const products = await db.$queryRaw<KnownProduct[]>(Prisma.sql`
    SELECT sku, omnitron_id AS pk FROM product
    WHERE sku = ANY(${items.map(({ product }) => product.sku)}::text[])
       OR omnitron_id = ANY(${items.map(({ product }) => product.pk)}::bigint[])`);
  return { orders, items: knownItems, products };
}
