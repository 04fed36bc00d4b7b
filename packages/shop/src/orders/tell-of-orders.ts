import { type OutboxEvent, saveEvents } from "@drumline/events/outbox";
import { Prisma, type Transaction } from "@drumline/db";

import { recordMovements } from "../inventory/record-movements.sql.ts";
import { releaseReserved, sellReserved } from "../inventory/reservations.sql.ts";
import { type NewNotice, saveNotices } from "../notifications/save-notices.sql.ts";
import type { OrderNow } from "./order.ts";

/** Orders are paid for: told to customers and subscribers, and their pieces are sold. In the transaction that confirms them. */
export async function tellConfirmed(tx: Transaction, orders: readonly OrderNow[], at: Date): Promise<void> {
  await sellReserved(
    tx,
    orders.map(({ id }) => id),
    at,
  );
  await saveNotices(
    tx,
    orders.map((order) => toNotice(order, "confirmed", at)),
  );
  await saveEvents(
    tx,
    orders.map((order) => toOrderEvent("shop.order.confirmed", order, at)),
  );
}

/** Orders are over before they left: what they held is free, and those that were confirmed give their pieces back. */
export async function tellCancelled(
  tx: Transaction,
  orders: readonly { readonly before: OrderNow; readonly after: OrderNow }[],
  at: Date,
): Promise<void> {
  const sold = orders.filter(({ before }) => before.status !== "PLACED").map(({ after }) => after);
  await giveBackLines(tx, sold, at);
  await releaseReserved(
    tx,
    orders.map(({ after }) => after.id),
    at,
  );
  await saveNotices(
    tx,
    orders.map(({ after }) => toNotice(after, "cancelled", at)),
  );
  await saveEvents(
    tx,
    orders.map(({ after }) => toOrderEvent("shop.order.cancelled", after, at)),
  );
}

const toNotice = ({ id }: OrderNow, kind: "confirmed" | "cancelled", at: Date): NewNotice => ({
  key: `order/${id}/${kind}`,
  kind,
  orderId: id,
  occurredAt: at,
});

export const toOrderEvent = (eventType: string, order: OrderNow, at: Date, more: OutboxEvent["payload"] = {}) => ({
  eventType,
  entityType: "shop_order",
  entityId: order.id,
  payload: {
    id: String(order.id),
    reference: order.reference,
    status: order.status,
    paymentState: order.paymentState,
    totalMinor: String(order.totalMinor),
    currency: order.currency,
    ...more,
  },
  at,
});

/** One movement per line that was sold, once. */
async function giveBackLines(tx: Transaction, orders: readonly OrderNow[], at: Date): Promise<void> {
  if (orders.length === 0) return;
  const lines = await tx.$queryRaw<{ orderId: bigint; lineNo: number; sku: string; quantity: number }[]>(Prisma.sql`
    SELECT order_id AS "orderId", line_no AS "lineNo", sku, quantity FROM shop_order_line
    WHERE order_id = ANY(${orders.map(({ id }) => id)}::bigint[]) AND quantity > 0`);
  const movements = lines.map(({ orderId, lineNo, sku, quantity }) => ({
    sku,
    kind: "SALE_CANCELLED" as const,
    pieces: BigInt(quantity),
    actor: "shop",
    source: "shop",
    sourceRef: `order/${orderId}/line/${lineNo}/cancelled`,
    occurredAt: at,
  }));
  await recordMovements(tx, movements, at);
}
