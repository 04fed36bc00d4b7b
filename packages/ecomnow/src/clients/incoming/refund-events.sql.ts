import { Prisma, type Transaction } from "@drumline/db";
import { saveEvents } from "@drumline/events/outbox";

const REFUND_CLOSED_EVENT = "ecomnow.refund.closed";

interface ClosedRefund {
  readonly eventId: string;
  readonly id: bigint;
  readonly number: string;
  readonly order: string;
  readonly lines: { readonly sku: string; readonly quantity: number }[];
}

/**
 * Tells of refunds of these orders that are closed, each once: the event's id is made of the refund. Lines that its client did
 * not name are not among them, since nobody said that those goods come back.
 */
export async function saveRefundEvents(tx: Transaction, orderIds: readonly bigint[], at: Date): Promise<void> {
  if (orderIds.length === 0) return;
  const closed = await tx.$queryRaw<ClosedRefund[]>(Prisma.sql`
    SELECT md5(${REFUND_CLOSED_EVENT} || '/' || refund.id)::uuid::text AS "eventId", refund.id, refund.number,
      ecomnow_order.number AS "order", coalesce((
        SELECT jsonb_agg(jsonb_build_object('sku', line.sku, 'quantity', refunded.quantity) ORDER BY line.line_no)
        FROM ecomnow_refund_line refunded JOIN ecomnow_order_line line ON line.id = refunded.order_line_id
        WHERE refunded.refund_id = refund.id AND NOT refunded.is_implied), '[]') AS lines
    FROM ecomnow_refund refund JOIN ecomnow_order ON ecomnow_order.id = refund.order_id
    WHERE refund.order_id = ANY(${[...orderIds]}::bigint[]) AND refund.status = 'CLOSED' ORDER BY refund.id`);
  await saveEvents(
    tx,
    closed.map(({ eventId, id, number, order, lines }) => ({
      id: eventId,
      eventType: REFUND_CLOSED_EVENT,
      entityType: "ecomnow_refund",
      entityId: id,
      payload: { number, order, lines },
      at,
    })),
  );
}
