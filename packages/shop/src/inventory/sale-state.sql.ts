import { saveEvents } from "@drumline/events/outbox";
import { Prisma, type Transaction } from "@drumline/db";

const SOLD_OUT_EVENT = "shop.product.sold_out";
const BACK_IN_STOCK_EVENT = "shop.product.back_in_stock";

/** What can be sold, of a row of `shop_product`. */
const available = Prisma.sql`(on_hand - reserved - safety)`;

/**
 * Takes products off sale of which nothing is available, and puts those back that can be sold again, with an event for each;
 * in the transaction that changed what is available, which holds their locks. Nobody else writes these columns.
 */
export async function saveSaleState(tx: Transaction, productIds: readonly bigint[], at: Date): Promise<void> {
  if (productIds.length === 0) return;
  const changed = await tx.$queryRaw<
    { id: bigint; sku: string; title: string; isOnSale: boolean; available: bigint }[]
  >(Prisma.sql`
    UPDATE shop_product SET is_on_sale = ${available} > 0, updated_at = ${at},
      sold_out_at = CASE WHEN ${available} > 0 THEN sold_out_at ELSE ${at} END,
      back_in_stock_at = CASE WHEN ${available} > 0 THEN ${at} ELSE back_in_stock_at END
    WHERE id = ANY(${productIds}::bigint[]) AND is_on_sale <> (${available} > 0)
    RETURNING id, sku, title, is_on_sale AS "isOnSale", ${available} AS available`);
  await saveEvents(
    tx,
    changed.map(({ id, sku, title, isOnSale, available: pieces }) => ({
      eventType: isOnSale ? BACK_IN_STOCK_EVENT : SOLD_OUT_EVENT,
      entityType: "shop_product",
      entityId: id,
      payload: { id: String(id), sku, title, available: String(pieces) },
      at,
    })),
  );
}
