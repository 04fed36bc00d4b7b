import { Prisma } from "@drumline/db";

/**
 * Locations that failed an order's item and still count as failed: of an `item` and its `plan_item`, either of which may
 * be missing. A failure counts until the inventory engine's level there rises, or until the discrepancy it left there is
 * cleared. One of which no more is recorded counts as if it had left a discrepancy.
 */
export const stillExcluded = Prisma.sql`
  CASE WHEN coalesce(cardinality(plan_item.excluded_location_ids), 0) = 0 THEN '{}'::bigint[] ELSE ARRAY(
    SELECT failed.id
    FROM unnest(plan_item.excluded_location_ids) AS failed(id)
    LEFT JOIN stock ON stock.location_id = failed.id AND stock.product_id = item.product_id
    WHERE (stock.risen_at IS NULL
        OR stock.risen_at <= coalesce((plan_item.failures -> failed.id::text ->> 'at')::timestamptz, '-infinity'))
      AND (NOT coalesce((plan_item.failures -> failed.id::text ->> 'discrepancy')::boolean, true)
        OR EXISTS (
          SELECT FROM reservation
          WHERE reservation.location_id = failed.id AND reservation.product_id = item.product_id
            AND reservation.type = 'INVENTORY_DISCREPANCY' AND reservation.status = 'ACTIVE'))
  ) END`;
