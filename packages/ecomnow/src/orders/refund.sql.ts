import { type Database, Prisma, type Transaction } from "@drumline/db";

import type { ChangedRefund, OrderBalance } from "./plan-refund-updates.ts";

/** A refund whose newest version has not been planned. */
const isChanged = Prisma.sql`refund.version > refund.sent_version AND NOT EXISTS (
    SELECT FROM ecomnow_refund_update update WHERE update.refund_id = refund.id AND update.version = refund.version)`;

/** What the refund `one` has got, or may still get: what the channel accepted, or is being asked for, whichever is more. */
const committedMinor = Prisma.sql`greatest(
  (SELECT amount_minor FROM ecomnow_refund_update update WHERE update.refund_id = one.id AND update.status = 'ACCEPTED'
    ORDER BY version DESC LIMIT 1),
  (SELECT max(amount_minor) FROM ecomnow_refund_update update
    WHERE update.refund_id = one.id AND update.status IN ('PENDING', 'FAILED', 'SUPERSEDED') AND update.version > coalesce((
      SELECT max(version) FROM ecomnow_refund_update accepted
      WHERE accepted.refund_id = one.id AND accepted.status = 'ACCEPTED'), 0)))`;

/** A refund whose newest version was refused, and for which there is room by now. */
const fitsNow = Prisma.sql`refund.id IN (
    SELECT update.refund_id FROM ecomnow_refund_update update JOIN ecomnow_refund refused ON refused.id = update.refund_id
    WHERE update.status = 'REFUSED' AND update.version = refused.version)
  AND CASE WHEN refund.status = 'CANCELLED' THEN 0 ELSE refund.amount_minor END + coalesce((
    SELECT sum(${committedMinor}) FROM ecomnow_refund one WHERE one.order_id = refund.order_id AND one.id <> refund.id), 0)
    <= ecomnow_order.paid_minor`;

const TO_PLAN = Prisma.sql`
  SELECT refund.id, refund.number, refund.order_id AS "orderId", refund.version, refund.status::text, refund.amount_minor AS "amountMinor"
  FROM ecomnow_refund refund JOIN ecomnow_order ON ecomnow_order.id = refund.order_id
  WHERE (${isChanged}) OR (${fitsNow})
  ORDER BY refund.updated_at, refund.id`;

/** Refunds that changed, and those that were refused and fit now. */
export async function listChangedRefunds(db: Database, limit: number): Promise<ChangedRefund[]> {
  return await db.$queryRaw<ChangedRefund[]>(Prisma.sql`${TO_PLAN} LIMIT ${limit}`);
}

/** The orders are locked too: two refunds of one order are never planned apart. */
export async function lockChangedRefunds(tx: Transaction, limit: number): Promise<ChangedRefund[]> {
  return await tx.$queryRaw<ChangedRefund[]>(Prisma.sql`
    ${TO_PLAN} LIMIT ${limit} FOR UPDATE OF refund, ecomnow_order SKIP LOCKED`);
}

/** To be asked under the locks of the orders. */
export async function loadBalances(
  db: Database | Transaction,
  orderIds: readonly bigint[],
): Promise<Map<bigint, OrderBalance>> {
  const rows = await db.$queryRaw<
    { orderId: bigint; paidMinor: bigint; refundId: bigint | null; committed: bigint | null }[]
  >(Prisma.sql`
    SELECT ecomnow_order.id AS "orderId", paid_minor AS "paidMinor", committed.refund_id AS "refundId", committed.minor AS committed
    FROM ecomnow_order LEFT JOIN LATERAL (
      SELECT one.id AS refund_id, ${committedMinor} AS minor
      FROM ecomnow_refund one WHERE one.order_id = ecomnow_order.id) committed ON committed.minor IS NOT NULL
    WHERE ecomnow_order.id = ANY(${[...orderIds]}::bigint[])`);
  const balances = new Map<bigint, OrderBalance & { readonly committedMinor: Map<bigint, bigint> }>();
  for (const { orderId, paidMinor, refundId, committed } of rows) {
    const balance = balances.get(orderId) ?? { orderId, paidMinor, committedMinor: new Map<bigint, bigint>() };
    if (refundId !== null) balance.committedMinor.set(refundId, committed!);
    balances.set(orderId, balance);
  }
  return balances;
}
