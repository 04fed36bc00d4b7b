import { Prisma } from "@drumline/db";

import { plainEffect } from "./movement-kinds.ts";

/** A movement that waits: not applied, and with a product as far as is known. */
export const waits = Prisma.sql`applied_at IS NULL AND refusal IS NULL`;

/**
 * What the movements that `isMeant` is true of (a condition over `movement`) do to their products as they stand: the CTEs
 * `movement`, which has all of them, and `result`, which has those whose product is known. Within a sku they count in the
 * order in which they happened, and a count after what happened at its very instant.
 *
 * A count says what lay there at `occurred_at`: its effect is the difference to the ledger of that moment, so that what
 * happened later stays. What happened before a count that is applied was seen by it, and changes nothing any more. So the
 * level is the same in whichever order movements arrive: the latest count, and all that happened after it.
 *
 * None of these CTEs is joined with another: PostgreSQL does not know how many rows stand in one, takes them for few, and reads
 * the one again for each row of the other.
 *
 * The ledger of a moment is the level now without what is applied and happened later, which is little where the ledger is long.
 */
export const effectsOf = (isMeant: Prisma.Sql): Prisma.Sql => Prisma.sql`
  movement AS MATERIALIZED (
    SELECT movement.id, movement.sku, product.id AS product_id, movement.occurred_at, movement.counted, product.on_hand,
      movement.kind = 'COUNTED' AS is_count,
      coalesce(CASE WHEN movement.kind = 'COUNTED' THEN movement.occurred_at < product.counted_at
        ELSE movement.occurred_at <= product.counted_at END, false) AS is_late,
      ${plainEffect} AS plain
    FROM shop_movement movement LEFT JOIN shop_product product ON product.sku = movement.sku
    WHERE ${isMeant} AND ${waits}
  ), summed AS (
    SELECT movement.*,
      sum(CASE WHEN is_late OR is_count THEN 0 ELSE plain END)
        OVER (PARTITION BY sku ORDER BY occurred_at, is_count, id ROWS UNBOUNDED PRECEDING) AS moved
    FROM movement WHERE product_id IS NOT NULL
  ), counted AS (
    SELECT summed.id, product_id, summed.sku, occurred_at, on_hand,
      summed.counted - (on_hand - later.moved + summed.moved) AS difference
    FROM summed CROSS JOIN LATERAL (
      SELECT coalesce(sum(effect), 0) AS moved FROM shop_movement applied
      WHERE applied.sku = summed.sku AND applied.occurred_at > summed.occurred_at AND applied.effect IS NOT NULL) AS later
    WHERE is_count AND NOT is_late
  ), effect AS (
    SELECT id, product_id, sku, occurred_at, is_count, is_late, on_hand, CASE WHEN is_late THEN 0 ELSE plain END AS effect
    FROM summed WHERE is_late OR NOT is_count
    UNION ALL
    SELECT id, product_id, sku, occurred_at, true, false, on_hand,
      difference - lag(difference, 1, 0) OVER (PARTITION BY sku ORDER BY occurred_at, id)
    FROM counted
  ), result AS MATERIALIZED (
    SELECT effect.*, on_hand + sum(effect)
      OVER (PARTITION BY sku ORDER BY occurred_at, is_count, id ROWS UNBOUNDED PRECEDING) AS balance
    FROM effect
  )`;
