import { type Database, Prisma, type Transaction } from "@drumline/db";

/** A product whose level is not the sum of its movements; exact numbers. */
export interface StockDifference {
  readonly sku: string;
  readonly onHand: bigint;
  readonly movements: bigint;
}

/** Some products in the order of their ids. */
export interface ComparedProducts {
  readonly products: number;
  /** Null where there were none. */
  readonly lastId: bigint | null;
  readonly differences: readonly StockDifference[];
}

const sumOfMovements = Prisma.sql`
  coalesce((SELECT sum(effect) FROM shop_movement WHERE shop_movement.sku = product.sku AND effect IS NOT NULL), 0)`;

/** Level and movements are read by one statement, so that what is applied meanwhile is in both or in neither. */
export async function compareStock(db: Database, afterId: bigint, limit: number): Promise<ComparedProducts> {
  const rows = await db.$queryRaw<{ products: number; lastId: bigint | null; differences: TextDifference[] }[]>(
    Prisma.sql`
      WITH compared AS MATERIALIZED (
        SELECT id, sku, on_hand, ${sumOfMovements} AS movements
        FROM shop_product product WHERE id > ${afterId} ORDER BY id LIMIT ${limit}
      )
      SELECT count(*)::int AS products, max(id) AS "lastId", coalesce(
        jsonb_agg(jsonb_build_object('sku', sku, 'onHand', on_hand::text, 'movements', movements::text) ORDER BY sku)
          FILTER (WHERE on_hand <> movements), '[]') AS differences
      FROM compared`,
  );
  const { differences, ...row } = rows[0]!;
  return { ...row, differences: differences.map(toDifference) };
}

interface TextDifference {
  readonly sku: string;
  readonly onHand: string;
  readonly movements: string;
}

const toDifference = ({ sku, onHand, movements }: TextDifference): StockDifference => ({
  sku,
  onHand: BigInt(onHand),
  movements: BigInt(movements),
});

/** Under the product's lock, which holds until the transaction ends; null where no product has the sku. */
export async function lockDifference(tx: Transaction, sku: string): Promise<StockDifference | null> {
  const [locked] = await tx.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    SELECT id FROM shop_product WHERE sku = ${sku} FOR NO KEY UPDATE`);
  if (locked === undefined) return null;
  const [row] = await tx.$queryRaw<[TextDifference]>(Prisma.sql`
    SELECT sku, on_hand::text AS "onHand", ${sumOfMovements}::text AS movements
    FROM shop_product product WHERE id = ${locked.id}`);
  return toDifference(row);
}

/**
 * Brings the sum of the movements to the level, which stays. It is dated before all else, so that no count takes it for pieces
 * that moved after it.
 */
export async function saveCorrection(
  tx: Transaction,
  { sku, onHand, movements }: StockDifference,
  { id, actor, reason, at }: { id: string; actor: string; reason: string; at: Date },
): Promise<void> {
  const effect = onHand - movements;
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO shop_movement (sku, kind, quantity, reason, actor, source, source_ref, occurred_at, recorded_at, applied_at,
      effect, balance)
    SELECT sku, 'CORRECTION', ${effect < 0n ? -effect : effect}, ${reason}, ${actor}, 'shop', ${`correction/${id}`},
      least(created_at, (SELECT min(occurred_at) FROM shop_movement WHERE shop_movement.sku = product.sku)), ${at}, ${at},
      ${effect}, on_hand
    FROM shop_product product WHERE sku = ${sku}`);
}
