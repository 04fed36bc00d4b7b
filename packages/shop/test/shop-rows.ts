import { randomUUID } from "node:crypto";

import type { Database } from "@drumline/db";

import { createShopOrder } from "./create-shop-order.ts";

export const NOON = new Date("2026-11-20T12:00:00Z");
export const after = (minutes: number, from = NOON): Date => new Date(from.getTime() + minutes * 60_000);

export interface AttemptRow {
  readonly providerId?: string | null;
  readonly provider?: string;
  readonly amountMinor?: bigint;
  readonly currency?: string;
  readonly status?: "OPEN" | "PENDING" | "AUTHORIZED" | "PAID" | "FAILED" | "CANCELED" | "EXPIRED";
  readonly createdAt?: Date;
  readonly endedAt?: Date | null;
  readonly expiresAt?: Date | null;
  readonly nextCheckAt?: Date | null;
  readonly isCancelable?: boolean;
}

export interface OrderRow {
  readonly totalMinor?: bigint;
  readonly currency?: string;
  readonly status?: "PLACED" | "CONFIRMED" | "CANCELLED";
  readonly payBy?: Date | null;
  readonly lines?: readonly { sku: string; quantity: number }[];
}

/** An order of 10.00 EUR with one line of two pieces unless said otherwise; its attempts are due at noon. */
export async function storeOrder(db: Database, order: OrderRow = {}, ...attempts: readonly AttemptRow[]) {
  const { totalMinor = 1_000n, currency = "EUR", lines = [{ sku: "A", quantity: 2 }], payBy = null } = order;
  const ids = attempts.map(() => randomUUID());
  const { id, reference } = await createShopOrder(db, {
    at: NOON,
    status: order.status ?? "PLACED",
    currency,
    totalMinor,
    payBy,
    email: "ann@example.com",
    cancelledAt: order.status === "CANCELLED" ? NOON : null,
    paymentState: order.status === "CANCELLED" ? "NOT_PAID" : "AWAITING",
    lines,
    payments: {
      create: attempts.map((attempt, index) => ({
        id: ids[index]!,
        provider: "mollie",
        providerId: `tr_${ids[index]!.slice(0, 8)}`,
        amountMinor: totalMinor,
        currency,
        // In their order, which two of one instant do not have.
        createdAt: new Date(NOON.getTime() + index),
        nextCheckAt: NOON,
        rawStatus: (attempt.status ?? "OPEN").toLowerCase(),
        endedAt: ["FAILED", "CANCELED", "EXPIRED"].includes(attempt.status ?? "OPEN") ? NOON : null,
        ...attempt,
      })),
    },
  });
  return {
    id,
    reference,
    payments: ids,
    providerIds: attempts.map(({ providerId }, index) => providerId ?? `tr_${ids[index]!.slice(0, 8)}`),
  };
}

/** What an order has come to, as one object to compare. */
export async function stateOf(db: Database, id: bigint) {
  const order = await db.shopOrder.findUniqueOrThrow({
    where: { id },
    include: { payments: { include: { refunds: true }, orderBy: { createdAt: "asc" } }, notices: true },
  });
  const movements = await db.shopMovement.findMany({
    where: { sourceRef: { startsWith: `order/${id}/` } },
    orderBy: { id: "asc" },
  });
  const events = await db.eventQueue.findMany({ where: { entityType: "shop_order", entityId: id } });
  return {
    status: order.status,
    paymentState: order.paymentState,
    heldReason: order.heldReason,
    payments: order.payments.map(({ status }) => status),
    refunds: order.payments.flatMap(({ refunds }) =>
      refunds.map(({ cause, amountMinor, status }) => `${cause} ${amountMinor} ${status}`),
    ),
    notices: order.notices.map(({ kind }) => kind).toSorted(),
    movements: movements.map(({ kind, sku, quantity }) => `${kind} ${sku} ${quantity}`),
    events: events.map(({ eventType }) => eventType).toSorted(),
  };
}

export async function clearShop(db: Database): Promise<void> {
  await db.shopPaymentObservation.deleteMany();
  await db.shopDispute.deleteMany();
  await db.shopRefund.deleteMany();
  await db.shopPayment.deleteMany();
  await db.shopPaymentHint.deleteMany();
  await db.shopNotice.deleteMany();
  await db.shopMovement.deleteMany();
  await db.shopReservation.deleteMany();
  await db.shopOrder.deleteMany();
  await db.shopCustomer.deleteMany();
  await db.eventQueue.deleteMany();
  await db.problem.deleteMany();
}
