import { type Database, Prisma } from "@drumline/db";

import type { OrderNow, OrderStatus, PaymentState } from "./order.ts";
import type { OrderLine } from "./save-order.sql.ts";

/** An order as the api shows it: what is paid, not who lives where. */
export interface OrderRow extends OrderNow {
  readonly placedAt: Date;
  readonly confirmedAt: Date | null;
  readonly cancelledAt: Date | null;
  readonly payBy: Date | null;
  readonly version: number;
  readonly lines: readonly OrderLine[];
}

export interface OrderFilter {
  readonly status?: OrderStatus | undefined;
  readonly paymentState?: PaymentState | undefined;
  readonly reference?: string | undefined;
}

/** Newest first, those before the id `before`. */
export async function loadOrders(
  db: Database,
  { status = null, paymentState = null, reference = null }: { [Name in keyof OrderFilter]: OrderFilter[Name] | null },
  before: bigint | null,
  limit: number,
): Promise<OrderRow[]> {
  return await withLines(
    db,
    Prisma.sql`
      WHERE (${status}::shop_order_status IS NULL OR status = ${status}::shop_order_status)
        AND (${paymentState}::shop_payment_state IS NULL OR payment_state = ${paymentState}::shop_payment_state)
        AND (${reference}::text IS NULL OR reference = ${reference})
        AND (${before}::bigint IS NULL OR id < ${before})
      ORDER BY id DESC LIMIT ${limit}`,
  );
}

export async function loadOrder(db: Database, id: bigint): Promise<OrderRow | null> {
  return (await withLines(db, Prisma.sql`WHERE id = ${id}`))[0] ?? null;
}

async function withLines(db: Database, where: Prisma.Sql): Promise<OrderRow[]> {
  const orders = await db.$queryRaw<Omit<OrderRow, "lines">[]>(Prisma.sql`
    SELECT id, reference, status::text, payment_state::text AS "paymentState", held_reason AS "heldReason", currency,
      total_minor AS "totalMinor", placed_at AS "placedAt", confirmed_at AS "confirmedAt", cancelled_at AS "cancelledAt",
      pay_by AS "payBy", version
    FROM shop_order ${where}`);
  const lines = await db.$queryRaw<(OrderLine & { orderId: bigint })[]>(Prisma.sql`
    SELECT order_id AS "orderId", sku, title, quantity, price_minor AS "priceMinor" FROM shop_order_line
    WHERE order_id = ANY(${orders.map(({ id }) => id)}::bigint[]) ORDER BY order_id, line_no`);
  return orders.map((order) => ({ ...order, lines: lines.filter(({ orderId }) => orderId === order.id) }));
}
