import { Prisma, type Transaction } from "@drumline/db";

import { CHANGED_AT } from "../../changed-at.sql.ts";
import type { RecordOf } from "./parse-record.ts";
import { saveRefundEvents } from "./refund-events.sql.ts";
import { syncRefundLines } from "./refund-line.sql.ts";
import type { WaitingReason } from "./waiting-record.sql.ts";

/** Whose records they are. */
export interface RecordOwner {
  readonly integrationId: bigint;
  readonly client: string;
  /** Where the SKUs of its orders are looked up; null for any vendor. */
  readonly vendorId: bigint | null;
}

/** A record that cannot be taken in as things are. */
export interface NotTaken {
  readonly externalId: string;
  readonly reason: Exclude<WaitingReason, "UNREADABLE">;
  readonly why: string;
  /** The order it waits for. */
  readonly order: string | null;
}

/** Orders with their lines. */
export async function saveOrders(
  tx: Transaction,
  owner: RecordOwner,
  orders: readonly RecordOf<"ORDER">[],
  at: Date,
): Promise<void> {
  if (orders.length === 0) return;
  const { integrationId, client, vendorId } = owner;
  const saved = await tx.$queryRaw<{ id: bigint; externalId: string }[]>(Prisma.sql`
    INSERT INTO ecomnow_order (number, integration_id, external_id, status, currency, paid_minor, placed_at, created_at, updated_at)
    SELECT ${client} || ':' || external_id, ${integrationId}, external_id, status, currency, paid_minor, placed_at, ${at}, ${CHANGED_AT}
    FROM jsonb_to_recordset(${JSON.stringify(orders)}::jsonb) AS row(
      external_id text, status ecomnow_order_status, currency text, paid_minor bigint, placed_at timestamptz)
    ORDER BY external_id
    ON CONFLICT (integration_id, external_id) DO UPDATE SET status = excluded.status, currency = excluded.currency,
      paid_minor = excluded.paid_minor, placed_at = excluded.placed_at, updated_at = excluded.updated_at
    RETURNING id, external_id AS "externalId"`);
  const idOf = new Map(saved.map(({ id, externalId }) => [externalId, String(id)]));
  const lines = orders.flatMap((order) =>
    order.lines.map((line, index) => ({ ...line, order_id: idOf.get(order.external_id)!, line_no: index + 1 })),
  );
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO ecomnow_order_line AS line (order_id, line_no, product_id, sku, quantity, price_minor)
    SELECT order_id, line_no, (
        SELECT id FROM ecomnow_product product
        WHERE product.sku = row.sku AND (${vendorId}::bigint IS NULL OR vendor_id = ${vendorId})
        ORDER BY is_active DESC, id LIMIT 1), sku, quantity, price_minor
    FROM jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) AS row(order_id bigint, line_no int, sku text, quantity int, price_minor bigint)
    ORDER BY order_id, line_no
    ON CONFLICT (order_id, line_no) DO UPDATE SET product_id = excluded.product_id, sku = excluded.sku,
      quantity = excluded.quantity, price_minor = excluded.price_minor`);
  // Lines the client took out again, unless a refund names them.
  const isTakenOut = Prisma.sql`
    line.order_id = ANY(${saved.map(({ id }) => id)}::bigint[])
      AND NOT EXISTS (
        SELECT FROM jsonb_to_recordset(${JSON.stringify(lines)}::jsonb) AS row(order_id bigint, line_no int)
        WHERE row.order_id = line.order_id AND row.line_no = line.line_no)
      AND NOT EXISTS (SELECT FROM ecomnow_refund_line WHERE order_line_id = line.id AND NOT is_implied)`;
  await tx.$executeRaw(Prisma.sql`
    DELETE FROM ecomnow_refund_line USING ecomnow_order_line line WHERE line.id = order_line_id AND ${isTakenOut}`);
  await tx.$executeRaw(Prisma.sql`DELETE FROM ecomnow_order_line line WHERE ${isTakenOut}`);
  await syncRefundLines(
    tx,
    owner,
    saved.map(({ id }) => id),
  );
}

/** Shipments of the client's orders; those whose order is not known. */
export async function saveShipments(
  tx: Transaction,
  owner: RecordOwner,
  shipments: readonly RecordOf<"SHIPMENT">[],
): Promise<NotTaken[]> {
  if (shipments.length === 0) return [];
  const rows = await withOrders(tx, owner, shipments);
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO ecomnow_shipment (order_id, tracking_number, carrier, status, updated_at)
    SELECT DISTINCT ON (order_id, tracking_number) order_id, tracking_number, carrier, status, ${CHANGED_AT}
    FROM jsonb_to_recordset(${JSON.stringify(rows.known)}::jsonb) AS row(order_id bigint, tracking_number text, carrier text, status text)
    ORDER BY order_id, tracking_number
    ON CONFLICT (order_id, tracking_number) DO UPDATE
      SET carrier = excluded.carrier, status = excluded.status, updated_at = excluded.updated_at`);
  return rows.withoutOrder;
}

/** Refunds of the client's orders, each change a new version for RefundUpdates; those whose order is not known, or another than before. */
export async function saveRefunds(
  tx: Transaction,
  owner: RecordOwner,
  refunds: readonly RecordOf<"REFUND">[],
  at: Date,
): Promise<NotTaken[]> {
  if (refunds.length === 0) return [];
  const rows = await withOrders(tx, owner, refunds);
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO ecomnow_refund AS refund (number, order_id, status, amount_minor, reason, updated_at)
    SELECT ${owner.client} || ':' || external_id, order_id, status, amount_minor, reason, ${CHANGED_AT}
    FROM jsonb_to_recordset(${JSON.stringify(rows.known)}::jsonb) AS row(
      external_id text, order_id bigint, status ecomnow_refund_status, amount_minor bigint, reason text)
    ORDER BY external_id
    ON CONFLICT (number) DO UPDATE SET status = excluded.status, amount_minor = excluded.amount_minor, reason = excluded.reason,
      version = refund.version + 1, updated_at = excluded.updated_at
      WHERE (refund.status, refund.amount_minor, refund.reason)
        IS DISTINCT FROM (excluded.status, excluded.amount_minor, excluded.reason) AND refund.order_id = excluded.order_id`);
  const orderIds = rows.known.map((row) => BigInt(row.order_id));
  await syncRefundLines(tx, owner, orderIds);
  await saveRefundEvents(tx, orderIds, at);
  return [...rows.withoutOrder, ...(await findMoved(tx, owner, rows.known))];
}

/** Refunds that are another order's already: whose money it is, a person has to say. */
async function findMoved(
  tx: Transaction,
  { client }: RecordOwner,
  refunds: readonly (RecordOf<"REFUND"> & { readonly order_id: string })[],
): Promise<NotTaken[]> {
  const moved = await tx.$queryRaw<{ externalId: string; order: string }[]>(Prisma.sql`
    SELECT row.external_id AS "externalId", ecomnow_order.number AS "order"
    FROM jsonb_to_recordset(${JSON.stringify(refunds)}::jsonb) AS row(external_id text, order_id bigint)
    JOIN ecomnow_refund refund ON refund.number = ${client} || ':' || row.external_id AND refund.order_id <> row.order_id
    JOIN ecomnow_order ON ecomnow_order.id = refund.order_id`);
  return moved.map(({ externalId, order }) => ({
    externalId,
    reason: "REFUSED",
    why: `it was taken in as a refund of order ${order} and names another one now`,
    order: null,
  }));
}

async function withOrders<Row extends { readonly external_id: string; readonly order: string }>(
  tx: Transaction,
  { integrationId }: RecordOwner,
  rows: readonly Row[],
): Promise<{ known: (Row & { order_id: string })[]; withoutOrder: NotTaken[] }> {
  const orders = await tx.ecomnowOrder.findMany({
    where: { integrationId, externalId: { in: rows.map(({ order }) => order) } },
    select: { id: true, externalId: true },
  });
  const idOf = new Map(orders.map(({ id, externalId }) => [externalId, String(id)]));
  const known = rows.flatMap((row) => {
    const orderId = idOf.get(row.order);
    return orderId === undefined ? [] : [{ ...row, order_id: orderId }];
  });
  const withoutOrder = rows
    .filter(({ order }) => !idOf.has(order))
    .map(({ external_id: externalId, order }): NotTaken => {
      return { externalId, reason: "ORDER_MISSING", why: `its order is not known yet: ${order}`, order };
    });
  return { known, withoutOrder };
}
