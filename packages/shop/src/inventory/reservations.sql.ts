import { Prisma, type Transaction } from "@drumline/db";

import { applyMovements } from "./apply-movements.ts";
import { saveSaleState } from "./sale-state.sql.ts";
import { claimMovementsOf } from "./waiting-movements.sql.ts";

/** Pieces of one sku that an order wants. */
export interface WantedPieces {
  readonly sku: string;
  /** At least one. */
  readonly pieces: bigint;
}

export interface MissingPieces {
  readonly sku: string;
  readonly wanted: bigint;
  /** What this order could get; null where no product has the sku. */
  readonly available: bigint | null;
}

/**
 * Holds these pieces for an order, all of them or none; returns what is missing, so that an empty list says that they are
 * held. Doing it again changes nothing, and other lines than the last time replace what the order held. Available is what is
 * on hand, less what is reserved, less the safety stock.
 *
 * A shopper's own hold does not block his next try: where stock is short, what an older order of the same cart or the same
 * account holds passes to this one, as long as that order is not paid and no payment of it is under way. An address is no
 * proof of a person, so that two orders of one address do not take from each other.
 *
 * At most one of the functions of this file in one transaction: each locks its products in the order of their skus.
 */
export async function reservePieces(
  tx: Transaction,
  orderId: bigint,
  lines: readonly WantedPieces[],
  at: Date,
): Promise<MissingPieces[]> {
  const wanted = lines.map(({ sku, pieces }) => {
    if (pieces < 1n)
      throw new RangeError(`order ${orderId} wants ${pieces} pieces of ${sku}: leave out lines of nothing`);
    return { sku, pieces: String(pieces) };
  });
  const productIds = await lockProducts(
    tx,
    Prisma.sql`sku = ANY(${lines.map(({ sku }) => sku)}::text[]) OR id IN (${heldBy([orderId])})`,
  );
  const missing = await tx.$queryRaw<MissingPieces[]>(Prisma.sql`
    WITH wanted AS (
      SELECT sku, sum(pieces)::bigint AS pieces
      FROM jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) AS line(sku text, pieces bigint) GROUP BY sku
    ), older AS MATERIALIZED (
      SELECT hold.id, hold.product_id, hold.quantity
      FROM shop_order this
      JOIN shop_order other ON other.id <> this.id
        AND (other.cart_id = this.cart_id OR other.customer_id = this.customer_id)
      JOIN shop_reservation hold ON hold.order_id = other.id AND hold.status = 'HELD'
      WHERE this.id = ${orderId} AND other.status = 'PLACED' AND other.payment_state IN ('AWAITING', 'NOT_PAID')
        AND NOT EXISTS (
          SELECT FROM shop_payment
          WHERE order_id = other.id AND status IN ('PENDING', 'AUTHORIZED', 'PAID'))
    ), judged AS MATERIALIZED (
      SELECT wanted.sku, wanted.pieces, product.id AS product_id, coalesce(own.status = 'SOLD', false) AS is_sold,
        coalesce(own.quantity, 0) AS own,
        product.on_hand - product.reserved - product.safety + coalesce(own.quantity, 0) AS free,
        coalesce((SELECT sum(quantity) FROM older WHERE older.product_id = product.id), 0)::bigint AS older
      FROM wanted
      LEFT JOIN shop_product product ON product.sku = wanted.sku
      LEFT JOIN shop_reservation own
        ON own.order_id = ${orderId} AND own.product_id = product.id AND own.status <> 'RELEASED'
    ), missing AS MATERIALIZED (
      SELECT sku, pieces, CASE WHEN product_id IS NOT NULL THEN greatest(free + older, 0) END AS available
      FROM judged WHERE product_id IS NULL OR (NOT is_sold AND pieces > free + older)
    ), held AS (
      INSERT INTO shop_reservation (order_id, product_id, quantity, status, created_at)
      SELECT ${orderId}, product_id, pieces, 'HELD', ${at} FROM judged
      WHERE NOT is_sold AND NOT EXISTS (SELECT FROM missing)
      ORDER BY product_id
      ON CONFLICT (order_id, product_id)
        DO UPDATE SET quantity = excluded.quantity, status = 'HELD', ended_at = NULL
        WHERE shop_reservation.status <> 'SOLD'
      RETURNING product_id
    ), given_up AS (
      UPDATE shop_reservation hold SET status = 'RELEASED', ended_at = ${at}
      WHERE hold.status = 'HELD' AND NOT EXISTS (SELECT FROM missing) AND (
        (hold.order_id = ${orderId} AND NOT EXISTS (SELECT FROM judged WHERE judged.product_id = hold.product_id))
        OR (hold.id IN (SELECT id FROM older)
          AND EXISTS (SELECT FROM judged WHERE judged.product_id = hold.product_id AND NOT is_sold AND pieces > free)))
      RETURNING hold.product_id, hold.quantity
    ), moved AS (
      SELECT product_id, sum(pieces)::bigint AS pieces FROM (
        SELECT judged.product_id, judged.pieces - judged.own AS pieces FROM judged JOIN held USING (product_id)
        UNION ALL SELECT product_id, -quantity FROM given_up
      ) AS change GROUP BY product_id
    ), changed AS (
      UPDATE shop_product product SET reserved = reserved + moved.pieces, updated_at = ${at}
      FROM moved WHERE product.id = moved.product_id AND moved.pieces <> 0
      RETURNING 1
    )
    SELECT sku, pieces AS wanted, available FROM missing ORDER BY sku`);
  await saveSaleState(tx, productIds, at);
  return missing;
}

/**
 * Orders are paid for: their lines become SALE movements (source `shop`, `order/17/line/1`), which are applied at once, also where the caller recorded them, and
 * what they held is sold. At most once: a line whose movement is on record already is not sold again. A line without a hold,
 * since it was released before the money came, is sold all the same: what the shop has promised is gone from its stock.
 * Returns how many lines that were.
 */
export async function sellReserved(tx: Transaction, orderIds: readonly bigint[], at: Date): Promise<number> {
  if (orderIds.length === 0) return 0;
  const productIds = await lockProducts(
    tx,
    Prisma.sql`id IN (${heldBy(orderIds)})
      OR sku IN (SELECT sku FROM shop_order_line WHERE order_id = ANY(${orderIds}::bigint[]))`,
  );
  await endHolds(tx, orderIds, "SOLD", at);
  const sales = await tx.$queryRaw<{ sourceRef: string; isNew: boolean }[]>(Prisma.sql`
    WITH sale AS MATERIALIZED (
      SELECT order_id, line_no, sku, quantity, format('order/%s/line/%s', order_id, line_no) AS source_ref
      FROM shop_order_line WHERE order_id = ANY(${orderIds}::bigint[]) AND quantity > 0
    ), recorded AS (
      INSERT INTO shop_movement (sku, kind, quantity, actor, source, source_ref, occurred_at, recorded_at)
      SELECT sku, 'SALE', quantity, 'shop', 'shop', source_ref, ${at}, ${at} FROM sale ORDER BY source_ref
      ON CONFLICT (source, source_ref) DO NOTHING
      RETURNING source_ref
    )
    SELECT source_ref AS "sourceRef", recorded.source_ref IS NOT NULL AS "isNew"
    FROM sale LEFT JOIN recorded USING (source_ref)`);
  // At once, and those that the caller recorded before as well: what was sold must not be free until the next run.
  const refs = sales.map(({ sourceRef }) => sourceRef);
  await applyMovements(tx, await claimMovementsOf(tx, "shop", refs), at);
  await saveSaleState(tx, productIds, at);
  return sales.filter(({ isNew }) => isNew).length;
}

/** Orders are over and not paid: what they held is free again. At most once, and nothing of what is sold. Returns how many holds that were. */
export async function releaseReserved(tx: Transaction, orderIds: readonly bigint[], at: Date): Promise<number> {
  if (orderIds.length === 0) return 0;
  const productIds = await lockProducts(tx, Prisma.sql`id IN (${heldBy(orderIds)})`);
  const holds = await endHolds(tx, orderIds, "RELEASED", at);
  await saveSaleState(tx, productIds, at);
  return holds;
}

async function endHolds(
  tx: Transaction,
  orderIds: readonly bigint[],
  status: "SOLD" | "RELEASED",
  at: Date,
): Promise<number> {
  const [row] = await tx.$queryRaw<[{ holds: number }]>(Prisma.sql`
    WITH ended AS (
      UPDATE shop_reservation SET status = ${status}::shop_reservation_status, ended_at = ${at}
      WHERE order_id = ANY(${orderIds}::bigint[]) AND status = 'HELD'
      RETURNING product_id, quantity
    ), changed AS (
      UPDATE shop_product product SET reserved = reserved - ended.pieces, updated_at = ${at}
      FROM (SELECT product_id, sum(quantity)::bigint AS pieces FROM ended GROUP BY product_id) AS ended
      WHERE product.id = ended.product_id
      RETURNING 1
    )
    SELECT count(*)::int AS holds FROM ended`);
  return row.holds;
}

const heldBy = (orderIds: readonly bigint[]): Prisma.Sql =>
  Prisma.sql`SELECT product_id FROM shop_reservation WHERE order_id = ANY(${orderIds}::bigint[]) AND status = 'HELD'`;

/** In the order of skus, as everybody does who changes stock; a statement of its own, so that the next one sees what the wait was for. */
async function lockProducts(tx: Transaction, where: Prisma.Sql): Promise<bigint[]> {
  const products = await tx.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    SELECT id FROM shop_product WHERE ${where} ORDER BY sku FOR NO KEY UPDATE`);
  return products.map(({ id }) => id);
}
