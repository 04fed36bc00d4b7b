import type { JsonObject } from "@drumline/core/task";
import { type Database, Prisma, type Transaction } from "@drumline/db";

import { effectsOf, waits } from "./movement-effects.sql.ts";

/** Movements that nobody else applies until the transaction ends, as PostgreSQL writes an array: they never leave it as rows. */
export interface ClaimedMovements {
  readonly ids: string;
  /** The ids lie between these two, and mostly side by side: by them PostgreSQL reads no more of the table. */
  readonly lowest: string;
  readonly highest: string;
  readonly count: number;
}

/** The longest recorded first. Two who claim at once never get one twice. */
export async function claimMovements(tx: Transaction, limit: number): Promise<ClaimedMovements> {
  return await claimWhere(tx, Prisma.sql`${waits} ORDER BY id LIMIT ${limit}`);
}

/** Those of one source by their references, as far as nobody else is applying them. */
export async function claimMovementsOf(
  tx: Transaction,
  source: string,
  refs: readonly string[],
): Promise<ClaimedMovements> {
  return await claimWhere(tx, Prisma.sql`${waits} AND source = ${source} AND source_ref = ANY(${refs}::text[])`);
}

async function claimWhere(tx: Transaction, where: Prisma.Sql): Promise<ClaimedMovements> {
  const [row] = await tx.$queryRaw<[ClaimedMovements]>(Prisma.sql`
    SELECT coalesce(array_agg(id), '{}')::text AS ids, coalesce(min(id), 0)::text AS lowest,
      coalesce(max(id), 0)::text AS highest, count(*)::int AS count
    FROM (
      SELECT id FROM shop_movement WHERE ${where} FOR NO KEY UPDATE SKIP LOCKED) AS claimed`);
  return row;
}

/** How many wait, counted no further than `most`. */
export async function countWaitingMovements(db: Database, most: number): Promise<number> {
  const [row] = await db.$queryRaw<[{ count: number }]>(Prisma.sql`
    SELECT count(*)::int AS count FROM (SELECT FROM shop_movement WHERE ${waits} LIMIT ${most}) AS waiting`);
  return row.count;
}

/** Lets movements wait again whose product has appeared; answers how many. */
export async function reopenMovements(db: Database, limit: number): Promise<number> {
  return await db.$executeRaw(Prisma.sql`
    UPDATE shop_movement SET refusal = NULL WHERE id IN (
      SELECT movement.id FROM shop_movement movement JOIN shop_product product USING (sku)
      WHERE movement.refusal = 'UNKNOWN_SKU'
      ORDER BY movement.id LIMIT ${limit} FOR NO KEY UPDATE OF movement SKIP LOCKED)`);
}

/** What the movements recorded first would do, for a dry run; the effect of one whose product is unknown is null. */
export async function findWaitingEffects(db: Database, limit: number): Promise<JsonObject[]> {
  const first = Prisma.sql`SELECT id FROM shop_movement WHERE ${waits} ORDER BY id LIMIT ${limit}`;
  return await db.$queryRaw<JsonObject[]>(Prisma.sql`
    WITH ${effectsOf(Prisma.sql`movement.id IN (${first})`)}
    SELECT movement.sku, shop_movement.kind::text, result.effect::text, result.balance::text
    FROM movement JOIN shop_movement USING (id) LEFT JOIN result USING (id)
    ORDER BY movement.sku, movement.occurred_at, movement.is_count, movement.id`);
}
