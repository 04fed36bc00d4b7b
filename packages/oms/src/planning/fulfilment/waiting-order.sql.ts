import { type Database, Prisma, type Transaction } from "@drumline/db";

import type { Place } from "../../gateways/omnitron/port.ts";
import { groupBy } from "../../group-by.ts";
import { EXCEPTION_STATES } from "../../states/package-states.ts";
import { stillExcluded } from "./excluded-locations.sql.ts";
import type { WaitingLine, WaitingOrder } from "../rules/waiting-order.ts";
import { isWaiting } from "./claim-orders.sql.ts";

/** What the orders' items ask for. */
export async function loadSkus(db: Database, orderIds: readonly bigint[]): Promise<string[]> {
  const rows = await db.$queryRaw<{ sku: string }[]>(Prisma.sql`
    SELECT DISTINCT product.sku
    FROM order_item JOIN product ON product.id = order_item.product_id
    WHERE order_item.order_id = ANY(${[...orderIds]}::bigint[])
    ORDER BY product.sku`);
  return rows.map(({ sku }) => sku);
}

type OrderRow = Omit<WaitingOrder, "lines" | "address"> & { readonly address: Partial<Place> };
type LineRow = WaitingLine & { readonly orderId: bigint };

/** The orders that still want planning, oldest first, each line with the units no live package holds. */
export async function loadWaitingOrders(db: Database | Transaction, ids: readonly bigint[]): Promise<WaitingOrder[]> {
  const orders = await db.$queryRaw<OrderRow[]>(Prisma.sql`
    SELECT orders.id, number, channel.omnitron_id::float8 AS channel, shipping_option AS "shippingOption",
      payment_type AS "paymentType", 'NEW' AS trigger, customer_type AS "customerType", address,
      coalesce(plan.attempts, 0) AS "attemptsSoFar",
      (SELECT count(*)::int FROM package WHERE package.order_id = orders.id) AS "packagesSoFar",
      EXISTS (
        SELECT FROM package WHERE package.order_id = orders.id AND package.state::text = ANY(${[...EXCEPTION_STATES]}::text[])
      ) AS "hasOpenShortfall"
    FROM orders
    JOIN channel ON channel.id = orders.channel_id
    LEFT JOIN order_execution_plan plan ON plan.order_id = orders.id
    WHERE orders.id = ANY(${[...ids]}::bigint[]) AND ${isWaiting}
    ORDER BY placed_at, orders.id`);

  const lines = await db.$queryRaw<LineRow[]>(Prisma.sql`
    SELECT item.order_id AS "orderId", item.id AS "orderItemId", item.product_id AS "productId", product.sku,
      item.attributes, ${stillExcluded} AS "excludedLocationIds",
      CASE
        WHEN item.state IN ('CANCELLATION_WAITING', 'CANCELLED', 'REFUNDED', 'INACTIVE') THEN 0
        ELSE greatest(0, item.quantity - item.cancelled_quantity - coalesce(live.units, 0))
      END::int AS wanted
    FROM order_item item
    JOIN product ON product.id = item.product_id
    LEFT JOIN LATERAL (
      SELECT sum(package_item.quantity) AS units
      FROM package_item JOIN package ON package.id = package_item.package_id
      WHERE package_item.order_item_id = item.id AND package.state <> 'CANCELLED' AND package_item.state <> 'CANCELLED'
    ) live ON true
    LEFT JOIN order_execution_plan_item plan_item ON plan_item.order_item_id = item.id
    WHERE item.order_id = ANY(${orders.map(({ id }) => id)}::bigint[])
    ORDER BY item.id`);

  const linesByOrder = groupBy(lines, ({ orderId }) => orderId);
  return orders.map((order) => ({
    ...order,
    address: { ...NOWHERE, ...order.address },
    lines: linesByOrder.get(order.id) ?? [],
  }));
}

export const NOWHERE: Place = {
  country: null,
  state: null,
  city: null,
  district: null,
  latitude: null,
  longitude: null,
};
