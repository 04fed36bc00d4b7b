import { Prisma, type Transaction } from "@drumline/db";

import { effectsOf } from "./movement-effects.sql.ts";
import type { ClaimedMovements } from "./waiting-movements.sql.ts";

/** What became of a claim. */
export interface AppliedMovements {
  readonly applied: number;
  /** Of these, what happened before a count that is applied already: on record, with no effect. */
  readonly late: number;
  readonly counts: number;
  /** Those of which there is something to tell. */
  readonly products: readonly MovedProduct[];
  readonly unknownSkus: readonly string[];
}

/** A product whose level is or was below zero, whose sale begins or ends, that was counted, or had a movement late or refused. */
export interface MovedProduct {
  readonly id: string;
  readonly sku: string;
  /** The level, before and after; exact. */
  readonly before: string;
  readonly after: string;
  readonly isCounted: boolean;
  /** The latest count that is applied. */
  readonly countedAt: string | null;
  /** Source and reference of the last movement that happened before that count and came after it. */
  readonly lateMovement: string | null;
  /** Nothing of it was applied: its level would be beyond what can be kept. */
  readonly isRefused: boolean;
}

/** With what is reserved and kept back a level must stay a number of 64 bits. */
const MOST_ON_HAND = 4n * 10n ** 18n;

/**
 * Writes what was claimed into the movements and their products. Locks the products in the order of their skus, so that
 * nothing else may have locked another before in this transaction.
 */
export async function writeEffects(tx: Transaction, claimed: ClaimedMovements, at: Date): Promise<AppliedMovements> {
  const range = Prisma.sql`BETWEEN ${claimed.lowest}::bigint AND ${claimed.highest}::bigint`;
  const isClaimed = Prisma.sql`movement.id ${range} AND movement.id = ANY(${claimed.ids}::bigint[])`;
  // A statement of its own: the next one must see what was applied while this one waited.
  await tx.$executeRaw(Prisma.sql`
    SELECT FROM shop_product WHERE sku IN (SELECT sku FROM shop_movement movement WHERE ${isClaimed})
    ORDER BY sku FOR NO KEY UPDATE`);
  const [row] = await tx.$queryRaw<[AppliedMovements]>(Prisma.sql`
    WITH ${effectsOf(isClaimed)}, refused AS MATERIALIZED (
      SELECT sku, min(product_id) AS product_id, min(on_hand) AS on_hand FROM result
      GROUP BY sku HAVING greatest(max(abs(balance)), max(abs(effect))) > ${MOST_ON_HAND}
    ), written AS (
      UPDATE shop_movement SET effect = verdict.effect, balance = verdict.balance, refusal = verdict.refusal,
        applied_at = CASE WHEN verdict.refusal IS NULL THEN ${at}::timestamptz END
      FROM (
        SELECT movement.id, 'UNKNOWN_SKU' AS refusal, NULL::numeric AS effect, NULL::numeric AS balance FROM movement WHERE product_id IS NULL
        UNION ALL SELECT id, 'OUT_OF_RANGE', NULL::numeric, NULL::numeric FROM result WHERE sku IN (SELECT sku FROM refused)
        UNION ALL SELECT id, NULL, effect, balance FROM result WHERE sku NOT IN (SELECT sku FROM refused)
      ) AS verdict WHERE shop_movement.id = verdict.id AND shop_movement.id ${range}
    ), total AS MATERIALIZED (
      SELECT product_id, sum(effect)::bigint AS effect, count(*) AS movements,
        count(*) FILTER (WHERE is_late) AS late, max(id) FILTER (WHERE is_late) AS late_id,
        count(*) FILTER (WHERE is_count AND NOT is_late) AS counts,
        max(occurred_at) FILTER (WHERE is_count AND NOT is_late) AS counted_at
      FROM result WHERE sku NOT IN (SELECT sku FROM refused) GROUP BY product_id
    ), changed AS (
      UPDATE shop_product product SET on_hand = on_hand + total.effect, updated_at = ${at},
        counted_at = greatest(product.counted_at, total.counted_at)
      FROM total WHERE product.id = total.product_id
      RETURNING product.id, sku, on_hand - total.effect AS before, on_hand AS after, product.counted_at, late_id, counts > 0 AS is_counted,
        is_on_sale <> (on_hand - reserved - safety > 0) AS is_sale_changed
    ), told AS (
      SELECT id::text, sku, before::text, after::text, is_counted AS "isCounted", counted_at AS "countedAt",
        (SELECT source || ' ' || source_ref FROM shop_movement WHERE id = late_id) AS "lateMovement", false AS "isRefused"
      FROM changed WHERE is_sale_changed OR before < 0 OR after < 0 OR late_id IS NOT NULL OR is_counted
      UNION ALL SELECT product_id::text, sku, on_hand::text, on_hand::text, false, NULL, NULL, true FROM refused
    )
    SELECT coalesce(sum(movements), 0)::int AS applied, coalesce(sum(late), 0)::int AS late,
      coalesce(sum(counts), 0)::int AS counts,
      coalesce((SELECT jsonb_agg(told) FROM told), '[]') AS products,
      ARRAY(SELECT DISTINCT sku FROM movement WHERE product_id IS NULL) AS "unknownSkus"
    FROM total`);
  return row;
}
