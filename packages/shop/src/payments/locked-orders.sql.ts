import { type Database, Prisma, type Transaction } from "@drumline/db";

import type { OrderNow } from "../orders/order.ts";
import type { AttemptNow, DisputeNow, RefundNow } from "./payment.ts";

/** An order with all its attempts, as they are under its lock. */
export interface LockedOrder {
  readonly order: OrderNow & { readonly version: number };
  readonly attempts: readonly AttemptNow[];
}

/** Locks orders in the order of their ids, as everybody who changes one or its payments does, and reads all of each. */
export async function lockOrders(tx: Transaction, ids: readonly bigint[]): Promise<Map<bigint, LockedOrder>> {
  if (ids.length === 0) return new Map();
  const orders = await tx.$queryRaw<LockedOrder["order"][]>(Prisma.sql`
    SELECT id, reference, status::text, payment_state::text AS "paymentState", held_reason AS "heldReason", currency,
      total_minor AS "totalMinor", version
    FROM shop_order WHERE id = ANY(${[...ids]}::bigint[]) ORDER BY id FOR NO KEY UPDATE`);
  const attempts = await loadAttempts(
    tx,
    orders.map(({ id }) => id),
  );
  return new Map(
    orders.map((order) => [order.id, { order, attempts: attempts.filter(({ orderId }) => orderId === order.id) }]),
  );
}

/** The orders of payments, as far as there are such payments. */
export async function loadOrderIds(
  db: Database | Transaction,
  paymentIds: readonly string[],
): Promise<Map<string, bigint>> {
  const rows = await db.$queryRaw<{ id: string; orderId: bigint }[]>(Prisma.sql`
    SELECT id, order_id AS "orderId" FROM shop_payment WHERE id = ANY(${[...paymentIds]}::uuid[])`);
  return new Map(rows.map(({ id, orderId }) => [id, orderId]));
}

/** All attempts of orders, oldest first, with their refunds and disputes. */
export async function loadAttempts(db: Database | Transaction, orderIds: readonly bigint[]): Promise<AttemptNow[]> {
  const attempts = await db.$queryRaw<Omit<AttemptNow, "refunds" | "disputes">[]>(Prisma.sql`
    SELECT ${ATTEMPT_COLUMNS} FROM shop_payment payment
    WHERE order_id = ANY(${[...orderIds]}::bigint[]) ORDER BY created_at, id`);
  const ids = attempts.map(({ id }) => id);
  const refunds = await db.$queryRaw<(RefundNow & { paymentId: string })[]>(Prisma.sql`
    SELECT id, payment_id AS "paymentId", provider_id AS "providerId", cause, amount_minor AS "amountMinor", currency,
      status::text, raw_status AS "rawStatus", created_at AS "createdAt", ended_at AS "endedAt", next_check_at AS "nextCheckAt"
    FROM shop_refund WHERE payment_id = ANY(${ids}::uuid[]) ORDER BY created_at, id`);
  const disputes = await db.$queryRaw<(DisputeNow & { paymentId: string })[]>(Prisma.sql`
    SELECT id, payment_id AS "paymentId", provider_id AS "providerId", amount_minor AS "amountMinor", currency,
      status::text, reason, opened_at AS "openedAt", ended_at AS "endedAt"
    FROM shop_dispute WHERE payment_id = ANY(${ids}::uuid[]) ORDER BY opened_at, id`);
  return attempts.map((attempt) => ({
    ...attempt,
    refunds: refunds.filter(({ paymentId }) => paymentId === attempt.id),
    disputes: disputes.filter(({ paymentId }) => paymentId === attempt.id),
  }));
}

const ATTEMPT_COLUMNS = Prisma.sql`
  id, order_id AS "orderId", provider, provider_id AS "providerId", mode, method, status::text, raw_status AS "rawStatus",
  amount_minor AS "amountMinor", currency, paid_minor AS "paidMinor", paid_currency AS "paidCurrency", refunded_minor AS "refundedMinor", is_cancelable AS "isCancelable",
  failure_reason AS "failureReason", checkout_url AS "checkoutUrl", created_at AS "createdAt", expires_at AS "expiresAt",
  capture_before AS "captureBefore", ended_at AS "endedAt", next_check_at AS "nextCheckAt",
  last_check_error AS "lastCheckError"`;
