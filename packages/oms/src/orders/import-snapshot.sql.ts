import { type Database, Prisma, type Transaction } from "@drumline/db";

import type { Reading, RemoteOrder } from "../gateways/omnitron/port.ts";
import { loadOrderFacts } from "../cancellations/load-facts.sql.ts";
import { isNews } from "./is-news.ts";
import type { ImportSnapshot, KnownItem, KnownOrder, KnownProduct } from "./import-snapshot.ts";

/**
 * Loads what the database holds of a page's orders. With `lock` the orders stay locked until the transaction ends, by
 * id, as the planner locks them too. The locks are a statement of their own: one that waits for a planner sees nothing of
 * what the planner writes besides the locked row, and the order would pass for one without a plan.
 */
export async function loadImportSnapshot(
  db: Database | Transaction,
  records: readonly Reading<RemoteOrder>[],
  { lock, again = false }: { readonly lock: boolean; readonly again?: boolean },
): Promise<ImportSnapshot> {
  const incoming = records.flatMap((record) => (record.ok ? [record.value] : []));
  if (incoming.length === 0) return { orders: [], items: [], products: [], facts: new Map() };
  const items = incoming.flatMap((order) => order.items);

  const isMeant = Prisma.sql`(
    omnitron_id = ANY(${incoming.map(({ pk }) => pk)}::bigint[])
    OR number = ANY(${incoming.map(({ number }) => number)}::text[]))`;
  if (lock) await db.$queryRaw(Prisma.sql`SELECT id FROM orders WHERE ${isMeant} ORDER BY id FOR NO KEY UPDATE`);
  const orders = await db.$queryRaw<KnownOrder[]>(Prisma.sql`
    SELECT id, omnitron_id AS pk, number, state::text AS state, remote_modified_at AS "remoteModifiedAt", payload,
      EXISTS (SELECT FROM order_execution_plan plan WHERE plan.order_id = orders.id) AS "isPlanned"
    FROM orders WHERE ${isMeant} ORDER BY id`);

  const knownItems = await db.$queryRaw<KnownItem[]>(Prisma.sql`
    SELECT item.id, item.omnitron_id AS pk, orders.omnitron_id AS "orderPk", product.sku, item.state::text AS state,
      item.quantity, item.cancelled_quantity AS cancelled
    FROM order_item item
    JOIN orders ON orders.id = item.order_id
    JOIN product ON product.id = item.product_id
    WHERE item.omnitron_id = ANY(${items.map(({ pk }) => pk)}::bigint[])
       OR item.order_id = ANY(${orders.map(({ id }) => id)}::bigint[])`);

  const products = await db.$queryRaw<KnownProduct[]>(Prisma.sql`
    SELECT sku, omnitron_id AS pk FROM product
    WHERE sku = ANY(${items.map(({ product }) => product.sku)}::text[])
       OR omnitron_id = ANY(${items.map(({ product }) => product.pk)}::bigint[])`);
  const facts = await loadOrderFacts(db, changedPlannedOrders(records, orders, again));
  return { orders, items: knownItems, products, facts };
}

/** Most of a page is as it was: where its units are does not matter. */
function changedPlannedOrders(
  records: readonly Reading<RemoteOrder>[],
  orders: readonly KnownOrder[],
  again: boolean,
): bigint[] {
  const knownByPk = new Map(orders.map((order) => [order.pk, order]));
  const ids = records.flatMap((record) => {
    const known = record.ok ? knownByPk.get(record.value.pk) : undefined;
    return record.ok && known?.isPlanned && (again || isNews(record, known)) ? [known.id] : [];
  });
  return [...new Set(ids)];
}
