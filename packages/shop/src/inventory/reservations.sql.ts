import { Prisma, type Transaction } from "@drumline/db";

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
  await lockProducts(tx, Prisma.sql`sku = ANY(${lines.map(({ sku }) => sku)}::text[]) OR id IN (${heldBy([orderId])})`);
  return await tx.$queryRaw<MissingPieces[]>(Prisma.sql`
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
}

/**
 * Orders are paid for: their lines become SALE movements (source `shop`, `order/17/line/1`), which are applied at once, and
 * what they held is sold. At most once: a line whose movement is on record already is not sold again. A line without a hold,
 * since it was released before the money came, is sold all the same: what the shop has promised is gone from its stock.
 * Returns how many lines that were.
 */
export async function sellReserved(tx: Transaction, orderIds: readonly bigint[], at: Date): Promise<number> {
  if (orderIds.length === 0) return 0;
  await lockProducts(
    tx,
    Prisma.sql`id IN (${heldBy(orderIds)})
      OR sku IN (SELECT sku FROM shop_order_line WHERE order_id = ANY(${orderIds}::bigint[]))`,
  );
  const [row] = await tx.$queryRaw<[{ lines: number }]>(Prisma.sql`
    WITH sold AS (
      UPDATE shop_reservation SET status = 'SOLD', ended_at = ${at}
      WHERE order_id = ANY(${orderIds}::bigint[]) AND status = 'HELD'
      RETURNING product_id, quantity
    ), recorded AS (
      INSERT INTO shop_movement (sku, product_id, kind, quantity, actor, source, source_ref, occurred_at, recorded_at,
        applied_at, effect)
      SELECT line.sku, product.id, 'SALE', line.quantity, 'shop', 'shop',
        format('order/%s/line/%s', line.order_id, line.line_no), ${at}, ${at},
        CASE WHEN product.id IS NOT NULL THEN ${at}::timestamptz END, CASE WHEN product.id IS NOT NULL THEN -line.quantity END
      FROM shop_order_line line LEFT JOIN shop_product product USING (sku)
      WHERE line.order_id = ANY(${orderIds}::bigint[])
      ORDER BY line.order_id, line.line_no
      ON CONFLICT (source, source_ref) DO NOTHING
      RETURNING product_id, effect
    ), moved AS (
      SELECT product_id, sum(reserved)::bigint AS reserved, sum(effect)::bigint AS effect FROM (
        SELECT product_id, quantity AS reserved, 0 AS effect FROM sold
        UNION ALL SELECT product_id, 0, effect FROM recorded WHERE product_id IS NOT NULL
      ) AS change GROUP BY product_id
    ), changed AS (
      UPDATE shop_product product
      SET reserved = product.reserved - moved.reserved, on_hand = on_hand + moved.effect, updated_at = ${at}
      FROM moved WHERE product.id = moved.product_id
      RETURNING 1
    )
    SELECT count(*)::int AS lines FROM recorded`);
  return row.lines;
}

/** Orders are over and not paid: what they held is free again. At most once, and nothing of what is sold. Returns how many holds that were. */
export async function releaseReserved(tx: Transaction, orderIds: readonly bigint[], at: Date): Promise<number> {
  if (orderIds.length === 0) return 0;
  await lockProducts(tx, Prisma.sql`id IN (${heldBy(orderIds)})`);
  const [row] = await tx.$queryRaw<[{ holds: number }]>(Prisma.sql`
    WITH released AS (
      UPDATE shop_reservation SET status = 'RELEASED', ended_at = ${at}
      WHERE order_id = ANY(${orderIds}::bigint[]) AND status = 'HELD'
      RETURNING product_id, quantity
    ), changed AS (
      UPDATE shop_product product SET reserved = reserved - free.pieces, updated_at = ${at}
      FROM (SELECT product_id, sum(quantity)::bigint AS pieces FROM released GROUP BY product_id) AS free
      WHERE product.id = free.product_id
      RETURNING 1
    )
    SELECT count(*)::int AS holds FROM released`);
  return row.holds;
}

const heldBy = (orderIds: readonly bigint[]): Prisma.Sql =>
  Prisma.sql`SELECT product_id FROM shop_reservation WHERE order_id = ANY(${orderIds}::bigint[]) AND status = 'HELD'`;

/** In the order of skus, as everybody does who changes stock; a statement of its own, so that the next one sees what the wait was for. */
async function lockProducts(tx: Transaction, where: Prisma.Sql): Promise<void> {
  await tx.$queryRaw(Prisma.sql`SELECT FROM shop_product WHERE ${where} ORDER BY sku FOR NO KEY UPDATE`);
}
