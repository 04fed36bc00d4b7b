import { type Database, Prisma } from "@drumline/db";

import { CHANGED_AT } from "../../changed-at.sql.ts";
import { type ChangedStock, saveStockEvents } from "./stock-events.ts";

export interface AppliedBatch {
  /** The SKU to go on after; null when nothing is left. */
  readonly lastSku: string | null;
  readonly updated: number;
  readonly created: number;
}

/**
 * Writes the next staged lines, by SKU, into the products, and tells of the stock that changed where `tellsStockOf` names the
 * vendor. A STOCK feed leaves the product data as it is.
 */
export async function applyStagedLines(
  db: Database,
  {
    vendorId,
    kind,
    afterSku,
    size,
    at,
    tellsStockOf = null,
  }: {
    vendorId: bigint;
    kind: "STOCK" | "CBP";
    afterSku: string;
    size: number;
    at: Date;
    tellsStockOf?: string | null;
  },
): Promise<AppliedBatch> {
  // A line of a CBP feed without a name is a bad one, of which only the stock was taken.
  const productData = Prisma.sql`, name = CASE WHEN line.name IS NULL THEN product.name ELSE line.name END,
    description = CASE WHEN line.name IS NULL THEN product.description ELSE line.description END,
    brand = CASE WHEN line.name IS NULL THEN product.brand ELSE line.brand END,
    barcode = CASE WHEN line.name IS NULL THEN product.barcode ELSE line.barcode END,
    category = CASE WHEN line.name IS NULL THEN product.category ELSE line.category END,
    price_minor = CASE WHEN line.name IS NULL THEN product.price_minor ELSE line.price_minor END,
    currency = CASE WHEN line.name IS NULL THEN product.currency ELSE line.currency END`;
  return await db.$transaction(async (tx) => {
    // A batch is found by its ids. Without statistics the planner would read the whole table for it.
    await tx.$queryRaw(
      Prisma.sql`SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)`,
    );
    const [{ stock, ...batch }] = await tx.$queryRaw<[AppliedBatch & { stock: ChangedStock[] }]>(Prisma.sql`
      WITH line AS MATERIALIZED (
        SELECT * FROM ecomnow_feed_line WHERE vendor_id = ${vendorId} AND sku > ${afterSku} ORDER BY sku LIMIT ${size}
      ), before AS MATERIALIZED (
        SELECT product.id, CASE WHEN product.is_active AND product.deleted_at IS NULL THEN product.quantity ELSE 0 END AS quantity
        FROM line JOIN ecomnow_product product ON product.id = line.product_id WHERE ${tellsStockOf !== null}
      ), updated AS (
        UPDATE ecomnow_product product SET quantity = line.quantity, row_hash = line.row_hash, is_active = true,
          inactive_since = NULL, deleted_at = NULL, updated_at = ${CHANGED_AT} ${kind === "CBP" ? productData : Prisma.empty}
        FROM line WHERE product.id = line.product_id
        RETURNING product.id, product.sku, product.quantity
      ), created AS (
        INSERT INTO ecomnow_product AS product (vendor_id, sku, row_hash, quantity, name, description, brand, barcode,
          category, price_minor, currency, created_at, updated_at)
        SELECT vendor_id, sku, row_hash, quantity, name, description, brand, barcode, category, price_minor, currency, ${at}, ${CHANGED_AT}
        FROM line WHERE product_id IS NULL ORDER BY sku
        ON CONFLICT (vendor_id, sku) DO NOTHING
        RETURNING product.id, product.sku, product.quantity
      ), linked AS (
        -- Orders may come before the product that they name.
        UPDATE ecomnow_order_line line SET product_id = created.id
        FROM created, ecomnow_order LEFT JOIN ecomnow_customer_integration client ON client.id = ecomnow_order.integration_id
        WHERE line.product_id IS NULL AND line.sku = created.sku AND ecomnow_order.id = line.order_id
          AND (client.vendor_id IS NULL OR client.vendor_id = ${vendorId})
      ), stock AS (
        SELECT updated.id, updated.sku, updated.quantity FROM updated JOIN before USING (id)
        WHERE updated.quantity <> before.quantity
        UNION ALL SELECT id, sku, quantity FROM created WHERE ${tellsStockOf !== null}
      )
      SELECT (SELECT max(sku) FROM line) AS "lastSku", (SELECT count(*)::int FROM updated) AS updated,
        (SELECT count(*)::int FROM created) AS created,
        coalesce((SELECT jsonb_agg(stock) FROM stock), '[]') AS stock`);
    if (tellsStockOf !== null) await saveStockEvents(tx, tellsStockOf, stock, at);
    return batch;
  });
}

export interface ActivePage {
  readonly lastSku: string | null;
  readonly ids: readonly number[];
}

/** The next active products of a vendor, by SKU. */
export async function pageActiveProducts(
  db: Database,
  { vendorId, afterSku, size }: { vendorId: bigint; afterSku: string; size: number },
): Promise<ActivePage> {
  const [row] = await db.$queryRaw<[{ lastSku: string | null; ids: string | null }]>(Prisma.sql`
    SELECT max(sku) AS "lastSku", string_agg(id::text, ',') AS ids FROM (
      SELECT id, sku FROM ecomnow_product WHERE vendor_id = ${vendorId} AND is_active AND sku > ${afterSku}
      ORDER BY sku LIMIT ${size}) page`);
  return { lastSku: row.lastSku, ids: row.ids?.split(",").map(Number) ?? [] };
}

/** They are not in the feed any more: none of them can be sold. Tells of it where `tellsStockOf` names the vendor. */
export async function deactivateProducts(
  db: Database,
  ids: readonly number[],
  at: Date,
  tellsStockOf: string | null = null,
): Promise<number> {
  if (ids.length === 0) return 0;
  return await db.$transaction(async (tx) => {
    const gone = await tx.$queryRaw<ChangedStock[]>(Prisma.sql`
      UPDATE ecomnow_product SET is_active = false, inactive_since = ${at}, updated_at = ${CHANGED_AT}
      WHERE id = ANY(${[...ids]}::bigint[]) AND is_active
      RETURNING id::text, sku, quantity`);
    const sold = gone.filter(({ quantity }) => quantity > 0).map((product) => ({ ...product, quantity: 0 }));
    if (tellsStockOf !== null) await saveStockEvents(tx, tellsStockOf, sold, at);
    return gone.length;
  });
}
