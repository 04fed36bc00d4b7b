import { createHash } from "node:crypto";

/** What a feed says of one product. Empty is null. */
export interface FeedItem {
  readonly sku: string;
  readonly quantity: number;
  readonly name: string | null;
  readonly description: string | null;
  readonly brand: string | null;
  readonly barcode: string | null;
  readonly category: string | null;
  readonly priceMinor: number | null;
  readonly currency: string | null;
}

/** What is said of a product's stock and of nothing else. */
export const toStockOnly = (sku: string, quantity: number): FeedItem => ({
  sku,
  quantity,
  name: null,
  description: null,
  brand: null,
  barcode: null,
  category: null,
  priceMinor: null,
  currency: null,
});

/** The columns a feed may have; those of `REQUIRED_COLUMNS` it must. */
export const FEED_COLUMNS = [
  "sku",
  "quantity",
  "name",
  "description",
  "brand",
  "barcode",
  "category",
  "price",
  "currency",
] as const;
export type FeedColumn = (typeof FEED_COLUMNS)[number];

export const REQUIRED_COLUMNS: Readonly<Record<"STOCK" | "CBP", readonly FeedColumn[]>> = {
  STOCK: ["sku", "quantity"],
  CBP: ["sku", "quantity", "name", "price", "currency"],
};

/** A 128-bit name of all the feed says of a product, written as a uuid. */
export function hashOfItem(item: FeedItem): string {
  const { sku, quantity, name, description, brand, barcode, category, priceMinor, currency } = item;
  const text = `${sku}\u001f${quantity}\u001f${name ?? ""}\u001f${description ?? ""}\u001f${brand ?? ""}\u001f${barcode ?? ""}\u001f${category ?? ""}\u001f${priceMinor ?? ""}\u001f${currency ?? ""}`;
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
