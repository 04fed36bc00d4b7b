import { Prisma, type Transaction } from "@drumline/db";

import type { Withdrawal } from "./plan-order-change.ts";

/** Units that plans of ours took back are wanted again; such a plan that has nothing left to do ends by itself. */
export async function restoreItems(tx: Transaction, itemIds: readonly bigint[]): Promise<void> {
  if (itemIds.length === 0) return;
  const isOurs = Prisma.sql`
    wish.order_item_id = ANY(${[...itemIds]}::bigint[])
    AND EXISTS (SELECT FROM cancellation_plan plan WHERE plan.id = wish.plan_id AND plan.omnitron_id IS NULL)`;
  await tx.$executeRaw(Prisma.sql`
    UPDATE order_item item SET cancelled_quantity = cancelled_quantity - units FROM (
      SELECT wish.order_item_id AS id, sum(done_quantity - returned_quantity)::int AS units
      FROM cancellation_plan_item wish WHERE ${isOurs} GROUP BY 1
    ) undone WHERE undone.id = item.id AND units > 0`);
  await tx.$executeRaw(Prisma.sql`
    UPDATE cancellation_plan_item wish SET
      done_quantity = 0, returned_quantity = 0, status = 'WITHDRAWN', reason = 'WITHDRAWN'
    WHERE ${isOurs} AND (done_quantity > 0 OR wish.status IN ('WAITING', 'PROCESSING'))`);
}

/** Nobody works on them until their units are taken back. */
export async function closeItems(tx: Transaction, itemIds: readonly bigint[]): Promise<void> {
  if (itemIds.length === 0) return;
  await tx.$executeRaw(Prisma.sql`
    UPDATE order_item SET state = 'CANCELLATION_WAITING'
    WHERE id = ANY(${[...itemIds]}::bigint[]) AND state NOT IN ('CANCELLED', 'REFUNDED')`);
}

interface OrderWithdrawals {
  readonly orderId: bigint;
  readonly orderNumber: string;
  readonly modifiedAt: Date;
  readonly items: readonly Withdrawal[];
}

/** Cancellation plans of ours for what Omnitron's orders say, one per order and type; their ids. */
export async function saveWithdrawals(
  tx: Transaction,
  orders: readonly OrderWithdrawals[],
  at: Date,
): Promise<bigint[]> {
  const rows = orders.flatMap(({ orderId, orderNumber, modifiedAt, items }) =>
    items.map(({ itemPk, orderItemId, type, units }) => ({
      order_id: String(orderId),
      order_number: orderNumber,
      modified_at: modifiedAt,
      type,
      item_pk: String(itemPk),
      order_item_id: String(orderItemId),
      units,
    })),
  );
  if (rows.length === 0) return [];
  const wanted = Prisma.sql`
    jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS wanted(
      order_id bigint, order_number text, modified_at timestamptz, type cancellation_type, item_pk bigint,
      order_item_id bigint, units int)`;
  const saved = await tx.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    WITH plan AS (
      INSERT INTO cancellation_plan
        (order_number, order_id, type, next_attempt_at, remote_modified_at, payload, created_at, updated_at)
      SELECT DISTINCT order_number, order_id, type, ${at}::timestamptz, modified_at, '{}'::jsonb, ${at}::timestamptz, ${at}::timestamptz
      FROM ${wanted}
      RETURNING id, order_id, type
    ), wish AS (
      INSERT INTO cancellation_plan_item (plan_id, omnitron_item_id, order_item_id, quantity)
      SELECT plan.id, item_pk, order_item_id, units FROM plan JOIN ${wanted} USING (order_id, type)
    )
    SELECT id FROM plan`);
  return saved.map(({ id }) => id);
}
