import type { Database } from "@drumline/db";

import { saveSaleState } from "./sale-state.sql.ts";

/** What a shop says of a product; its stock comes by movements alone. */
export interface ProductFacts {
  readonly sku: string;
  readonly title: string;
  readonly priceMinor: bigint | null;
  readonly currency: string | null;
  readonly url: string | null;
  /** Pieces kept back from sale. */
  readonly safety: bigint;
}

const SELECTED = {
  id: true,
  sku: true,
  title: true,
  priceMinor: true,
  currency: true,
  url: true,
  onHand: true,
  reserved: true,
  safety: true,
  isOnSale: true,
  countedAt: true,
  soldOutAt: true,
  backInStockAt: true,
  updatedAt: true,
} as const;

export type ProductRow = NonNullable<Awaited<ReturnType<typeof loadProduct>>>;

export const loadProduct = (db: Database, sku: string) =>
  db.shopProduct.findUnique({ where: { sku }, select: SELECTED });

/** In the order of their ids, from the one after `afterId` on. */
export const loadProducts = (
  db: Database,
  { isOnSale }: { readonly isOnSale?: boolean | undefined },
  afterId: bigint | null,
  limit: number,
): Promise<ProductRow[]> =>
  db.shopProduct.findMany({
    where: { id: { gt: afterId ?? 0n }, ...(isOnSale === undefined ? {} : { isOnSale }) },
    orderBy: { id: "asc" },
    take: limit,
    select: SELECTED,
  });

/** Makes the product or changes it. Another safety stock may take it off sale, or put it back. */
export async function saveProduct(
  db: Database,
  { sku, ...facts }: ProductFacts,
  at: Date,
): Promise<{ product: ProductRow; isNew: boolean }> {
  return await db.$transaction(async (tx) => {
    // The upsert locks the row; whether it is new is told by its first instant, which an update leaves.
    const { id, createdAt } = await tx.shopProduct.upsert({
      where: { sku },
      create: { sku, ...facts, createdAt: at, updatedAt: at },
      update: { ...facts, updatedAt: at },
    });
    await saveSaleState(tx, [id], at);
    const product = await tx.shopProduct.findUniqueOrThrow({ where: { id }, select: SELECTED });
    return { product, isNew: createdAt.getTime() === at.getTime() };
  });
}
