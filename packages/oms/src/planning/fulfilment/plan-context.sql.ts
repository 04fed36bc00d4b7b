import type { JsonObject } from "@drumline/core/task";
import { type Database, Prisma } from "@drumline/db";

import { MOST_ATTEMPTS } from "./save-plans.sql.ts";

/** A place in the order of (created_at, id). */
export interface PlanPosition {
  readonly createdAt: Date;
  readonly id: bigint;
}

// "state >= 450" of the guide: the enum's values stand in the order of the codes, and PACKED is the first beyond.
const isPastPreparation = Prisma.sql`EXISTS (
  SELECT FROM package WHERE package.plan_id = plan.id AND package.state >= 'PACKED')`;

const shippedAt = Prisma.sql`(
  SELECT coalesce(shipped_at, created_at) FROM shipment
  WHERE package_id = package.id AND status <> 'DELETED' AND package.state >= 'SHIPPED' AND package.state <= 'DELIVERED')`;

const stockThere = Prisma.sql`(
  SELECT jsonb_agg(jsonb_build_object(
    'sku', product.sku, 'stock_count', stock.on_hand, 'reservation_count', held.units,
    'quantity', stock.on_hand - held.units) ORDER BY product.sku)
  FROM (SELECT DISTINCT product_id FROM package_item JOIN order_item ON order_item.id = order_item_id
    WHERE package_id = package.id) item
  JOIN product ON product.id = item.product_id
  JOIN stock ON stock.product_id = item.product_id AND stock.location_id = package.location_id
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(quantity), 0)::int AS units FROM reservation
    WHERE reservation.location_id = stock.location_id AND reservation.product_id = stock.product_id
      AND status = 'ACTIVE' AND type <> 'INVENTORY_DISCREPANCY') held)`;

// Of a package that has come to its end, the stock there says nothing any more.
const hashOf = Prisma.sql`md5(plan.attempts || ' ' || (
  SELECT string_agg(concat_ws(' ', number, state, extract(epoch FROM ${shippedAt}),
    CASE WHEN state NOT IN ('DELIVERED', 'CANCELLED') THEN ${stockThere}::text END), ',' ORDER BY id)
  FROM package WHERE package.plan_id = plan.id))`;

const resultOf = (now: Date): Prisma.Sql => Prisma.sql`(
  SELECT jsonb_agg(jsonb_build_object(
    'package', package.number, 'state', package.state, 'location', location.erp_code,
    'shipped_at', ${shippedAt}, 'as_of', ${now}::timestamptz, 'stock', ${stockThere}) ORDER BY package.id)
  FROM package JOIN stock_location location ON location.id = package.location_id
  WHERE package.plan_id = plan.id)`;

/** Refreshes the plans after a position that are not as their context says; a plan somebody works on is left for tomorrow. */
export async function updateContexts(
  db: Database,
  after: PlanPosition,
  limit: number,
  now: Date,
): Promise<{ readonly seen: number; readonly updated: number; readonly end: PlanPosition }> {
  const [row] = await db.$queryRaw<
    [{ seen: number; updated: number; createdAt: Date | null; id: bigint | null }]
  >(Prisma.sql`
    WITH batch AS MATERIALIZED (
      SELECT id, created_at FROM order_execution_plan plan
      WHERE (created_at, id) > (${after.createdAt}, ${after.id}) AND ${isPastPreparation}
      ORDER BY created_at, id LIMIT ${limit} FOR NO KEY UPDATE SKIP LOCKED
    ), stale AS MATERIALIZED (
      SELECT plan.id, now_is.hash FROM order_execution_plan plan JOIN batch USING (id)
      CROSS JOIN LATERAL (SELECT ${hashOf} AS hash OFFSET 0) now_is
      WHERE plan.context_hash IS DISTINCT FROM now_is.hash
    ), updated AS (
      UPDATE order_execution_plan plan SET
        context = plan.context || jsonb_build_object(
          'version', 1,
          'result', ${resultOf(now)},
          'attempts', jsonb_path_query_array(
            coalesce(plan.context -> 'attempts', '[]'), ${Prisma.raw(`'$[last - ${MOST_ATTEMPTS - 1} to last]'`)})),
        context_hash = stale.hash, context_updated_at = ${now}
      FROM stale WHERE plan.id = stale.id RETURNING 1
    )
    SELECT (SELECT count(*)::int FROM batch) AS seen, (SELECT count(*)::int FROM updated) AS updated,
      last.created_at AS "createdAt", last.id
    FROM (SELECT 1) one LEFT JOIN LATERAL (
      SELECT created_at, id FROM batch ORDER BY created_at DESC, id DESC LIMIT 1) last ON true`);
  const end = row.id === null ? after : { createdAt: row.createdAt!, id: row.id };
  return { seen: row.seen, updated: row.updated, end };
}

/** For a dry run: how many would be refreshed, and of which orders. */
export async function countStaleContexts(db: Database, since: Date, most: number): Promise<JsonObject> {
  const [row] = await db.$queryRaw<[{ updated: number; orders: string[] | null }]>(Prisma.sql`
    WITH stale AS MATERIALIZED (
      SELECT plan.id, orders.number FROM order_execution_plan plan JOIN orders ON orders.id = plan.order_id
      WHERE plan.created_at >= ${since} AND ${isPastPreparation} AND plan.context_hash IS DISTINCT FROM ${hashOf}
    )
    SELECT (SELECT count(*)::int FROM stale) AS updated,
      (SELECT array_agg(number ORDER BY id) FROM (SELECT * FROM stale ORDER BY id LIMIT ${most}) first) AS orders`);
  return { updated: row.updated, wouldUpdate: row.orders ?? [] };
}
