import { type Database, Prisma } from "@drumline/db";

import type { FeedItem } from "../feed/feed-item.ts";

/** How a line compares with the product of its SKU. */
export interface Comparison {
  /** Null where there is no such product yet. */
  readonly productId: number | null;
  readonly isSame: boolean;
  readonly isActive: boolean;
  /** What is sold now; null for a line that was compared by its hash. */
  readonly quantity: number | null;
}

export interface HashedSku {
  readonly sku: string;
  /** Null where the line could not be read: its product is looked up and nothing else. */
  readonly hash: string | null;
}

/**
 * Compares by hash, in the order given. The answer comes as one text: a row per line would cost more to carry than to
 * find. LATERAL keeps to the index even while the statistics of a new table say nothing.
 */
export async function compareLines(
  db: Database,
  vendorId: bigint,
  lines: readonly HashedSku[],
): Promise<readonly Comparison[]> {
  if (lines.length === 0) return [];
  const skus = lines.map(({ sku }) => sku);
  const hashes = lines.map(({ hash }) => hash);
  const [row] = await db.$queryRaw<[{ found: string }]>(Prisma.sql`
    SELECT string_agg(
        CASE WHEN product.id IS NULL THEN '' ELSE product.id
          || CASE WHEN product.is_active THEN 'a' ELSE 'i' END
          || CASE WHEN product.row_hash = line.hash AND product.is_active THEN '=' ELSE '' END
          || CASE WHEN line.hash IS NULL THEN product.quantity::text ELSE '' END END,
        ',' ORDER BY line.place) AS found
    FROM unnest(${skus}::text[], ${hashes}::uuid[]) WITH ORDINALITY AS line(sku, hash, place)
    LEFT JOIN LATERAL (
      SELECT id, row_hash, is_active, quantity FROM ecomnow_product WHERE vendor_id = ${vendorId} AND sku = line.sku LIMIT 1
    ) product ON true`);
  return row.found.split(",").map(toComparison);
}

function toComparison(text: string): Comparison {
  if (text === "") return { productId: null, isSame: false, isActive: false, quantity: null };
  const [, id, activity, rest] = /^(\d+)([ai])(.*)$/.exec(text)!;
  const quantity = rest === "" || rest === "=" ? null : Number(rest);
  return { productId: Number(id), isSame: rest === "=", isActive: activity === "a", quantity };
}

export interface StagedLine {
  readonly item: FeedItem;
  readonly hash: string;
  readonly productId: number | null;
}

/** Keeps lines until the feed turns out to be complete. The places (from 0) of those whose SKU was staged before. */
export async function stageLines(db: Database, vendorId: bigint, lines: readonly StagedLine[]): Promise<number[]> {
  if (lines.length === 0) return [];
  const rows = lines.map(({ item, hash, productId }) => [
    item.sku,
    productId,
    hash,
    item.quantity,
    item.name,
    item.description,
    item.brand,
    item.barcode,
    item.category,
    item.priceMinor,
    item.currency,
  ]);
  const [row] = await db.$queryRaw<[{ again: number[] | null }]>(Prisma.sql`
    WITH line AS MATERIALIZED (
      SELECT place, row ->> 0 AS sku, row FROM jsonb_array_elements(${JSON.stringify(rows)}::jsonb) WITH ORDINALITY AS given(row, place)
    ), staged AS (
      INSERT INTO ecomnow_feed_line (
        vendor_id, sku, product_id, row_hash, quantity, name, description, brand, barcode, category, price_minor, currency)
      SELECT ${vendorId}, sku, (row ->> 1)::bigint, (row ->> 2)::uuid, (row ->> 3)::int, row ->> 4, row ->> 5, row ->> 6,
        row ->> 7, row ->> 8, (row ->> 9)::bigint, row ->> 10
      FROM line ORDER BY place
      ON CONFLICT DO NOTHING
      RETURNING sku
    )
    SELECT CASE WHEN (SELECT count(*) FROM staged) < ${lines.length} THEN (
      SELECT array_agg(place::int - 1 ORDER BY place) FROM line
      WHERE NOT EXISTS (SELECT FROM staged WHERE staged.sku = line.sku)) END AS again`);
  return row.again ?? [];
}

/** What an earlier import left behind, or this one no longer needs. */
export async function clearStagedLines(db: Database, vendorId: bigint): Promise<void> {
  await db.$executeRaw(Prisma.sql`DELETE FROM ecomnow_feed_line WHERE vendor_id = ${vendorId}`);
}

export async function countActiveProducts(db: Database, vendorId: bigint): Promise<number> {
  const [row] = await db.$queryRaw<[{ count: number }]>(Prisma.sql`
    SELECT count(*)::int AS count FROM ecomnow_product WHERE vendor_id = ${vendorId} AND is_active`);
  return row.count;
}
