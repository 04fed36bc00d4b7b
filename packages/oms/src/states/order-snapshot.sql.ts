import { Prisma, type Transaction } from "@drumline/db";

import { groupBy } from "../group-by.ts";
import { EXCEPTION_STATES } from "./package-states.ts";
import type { ItemSnapshot, OrderSnapshot } from "./derive-order.ts";

/** Orders as they are told to Omnitron. */
export interface NumberedOrder extends OrderSnapshot {
  readonly number: string;
  /** One of its packages waits for a cancellation. */
  readonly hasHeldPackage: boolean;
  readonly items: readonly (ItemSnapshot & { readonly pk: bigint })[];
}

interface Row extends Omit<NumberedOrder, "items" | "plan"> {
  readonly planId: bigint | null;
  readonly planState: NonNullable<OrderSnapshot["plan"]>["state"];
  readonly hasException: boolean;
}

export async function loadOrderSnapshots(tx: Transaction, orderIds: readonly bigint[]): Promise<NumberedOrder[]> {
  const orders = await tx.$queryRaw<Row[]>(Prisma.sql`
    SELECT orders.id, number, orders.state::text AS state, plan.id AS "planId", plan.state::text AS "planState",
      EXISTS (
        SELECT FROM package WHERE package.order_id = orders.id AND package.state::text = ANY(${[...EXCEPTION_STATES]}::text[])
      ) AS "hasException",
      EXISTS (SELECT FROM package WHERE package.order_id = orders.id AND package.state = 'CANCELLATION_WAITING')
        AS "hasHeldPackage"
    FROM orders LEFT JOIN order_execution_plan plan ON plan.order_id = orders.id
    WHERE orders.id = ANY(${[...orderIds]}::bigint[]) ORDER BY orders.id`);
  const items = await tx.$queryRaw<(NumberedOrder["items"][number] & { orderId: bigint })[]>(Prisma.sql`
    SELECT item.order_id AS "orderId", item.id, item.omnitron_id AS pk, item.state::text AS state, item.quantity,
      item.cancelled_quantity AS cancelled, coalesce(live.units, '[]') AS units
    FROM order_item item
    LEFT JOIN LATERAL (
      SELECT jsonb_agg(jsonb_build_object('state', state, 'units', units)) AS units
      FROM (
        SELECT CASE WHEN package.state = 'CANCELLATION_WAITING' THEN package.state_before ELSE package.state END AS state,
          sum(package_item.quantity) AS units
        FROM package_item JOIN package ON package.id = package_item.package_id
        WHERE package_item.order_item_id = item.id AND package.state <> 'CANCELLED' AND package_item.state <> 'CANCELLED'
        GROUP BY 1
      ) part
    ) live ON true
    WHERE item.order_id = ANY(${[...orderIds]}::bigint[]) ORDER BY item.id`);
  const itemsByOrder = groupBy(items, ({ orderId }) => orderId);
  return orders.map(({ planId, planState, hasException, ...order }) => ({
    ...order,
    plan: planId === null ? null : { id: planId, state: planState, hasException },
    items: itemsByOrder.get(order.id) ?? [],
  }));
}

/** Only by `syncOrderStates`, under the order's lock. */
export async function updateItemStates(
  tx: Transaction,
  items: readonly { readonly id: bigint; readonly state: string }[],
): Promise<void> {
  if (items.length === 0) return;
  await tx.$executeRaw(Prisma.sql`
    UPDATE order_item SET state = new.state::order_state
    FROM unnest(${items.map(({ id }) => id)}::bigint[], ${items.map(({ state }) => state)}::text[]) AS new(id, state)
    WHERE order_item.id = new.id`);
}
