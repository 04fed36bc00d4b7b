import { minorDigitsOf, toMinorUnits } from "@drumline/core/money";
import { cutText, isStorable } from "@drumline/core/text";

import { type FeedColumn, type FeedItem, toStockOnly } from "./feed-item.ts";

/** A line that is not used, and the product it is about where that can be told. */
export interface BadItem {
  readonly sku: string | null;
  readonly code: string;
  readonly reason: string;
  /** What of the product can be sold by this line: none where its quantity cannot be read. */
  readonly quantity: number;
}

/** The text in a column; empty where the feed has none. */
export type ReadColumn = (column: FeedColumn) => string;

const MOST_UNITS = 1_000_000_000;
const MOST_CHARACTERS: Readonly<Partial<Record<FeedColumn, number>>> = {
  sku: 200,
  name: 500,
  description: 20_000,
  brand: 200,
  barcode: 64,
  category: 1_000,
};
/** Without what a wrong encoding leaves behind, and what the database cannot keep. */
export const isReadable = (text: string): boolean => !text.includes("\ufffd") && isStorable(text);

/**
 * Reads one record; of an oversold product the quantity is below zero. STOCK feeds are asked for stock alone: product data
 * in them is left unread.
 */
export function parseItem(kind: "STOCK" | "CBP", read: ReadColumn): FeedItem | BadItem {
  const quantity = parseQuantity(read("quantity").trim());
  const bad = (sku: string | null, code: string, reason: string): BadItem => {
    return { sku, code, reason, quantity: toSellable(quantity ?? 0) };
  };
  const sku = read("sku").trim();
  if (sku === "") return bad(null, "MISSING_SKU", "sku is empty");
  if (!isReadable(sku)) return bad(null, "UNREADABLE_TEXT", "sku is not valid text in the feed's encoding");
  if (sku.length > MOST_CHARACTERS.sku!) return bad(null, "TOO_LONG", `sku is longer than ${MOST_CHARACTERS.sku}`);
  if (quantity === null)
    return bad(sku, "BAD_QUANTITY", `quantity is ${quote(read("quantity"))}, expected a whole number; none is sold`);
  if (kind === "STOCK") return toStockOnly(sku, quantity);

  const texts: Record<string, string | null> = {};
  for (const column of ["name", "description", "brand", "barcode", "category"] as const) {
    const text = read(column).trim();
    if (text.length > MOST_CHARACTERS[column]!)
      return bad(sku, "TOO_LONG", `${column} is longer than ${MOST_CHARACTERS[column]} characters`);
    if (!isReadable(text)) return bad(sku, "UNREADABLE_TEXT", `${column} is not valid text in the feed's encoding`);
    texts[column] = text === "" ? null : text;
  }
  if (texts["name"] === null) return bad(sku, "MISSING_NAME", "name is empty");
  const currency = read("currency").trim().toUpperCase();
  const digits = minorDigitsOf(currency);
  if (digits === null) return bad(sku, "BAD_CURRENCY", `currency is ${quote(currency)}, expected a code such as EUR`);
  const priceMinor = parsePrice(read("price").trim(), digits);
  if (priceMinor === null)
    return bad(sku, "BAD_PRICE", `price is ${quote(read("price"))}, expected an amount such as 12.50`);
  return {
    sku,
    quantity,
    name: texts["name"]!,
    description: texts["description"]!,
    brand: texts["brand"]!,
    barcode: texts["barcode"]!,
    category: texts["category"]!,
    priceMinor,
    currency,
  };
}

/** Oversold is none left. */
export const toSellable = (quantity: number): number => Math.max(0, quantity);

function parseQuantity(text: string): number | null {
  if (!/^-?\d{1,10}(\.0{1,6})?$/.test(text)) return null;
  const quantity = Number(text);
  return Math.abs(quantity) <= MOST_UNITS ? quantity : null;
}

/** A price below nothing is none. */
function parsePrice(text: string, digits: number): number | null {
  const minor = text.startsWith("-") ? null : toMinorUnits(text, digits);
  return minor === null ? null : Number(minor);
}

const quote = (text: string): string => JSON.stringify(text.length > 60 ? `${cutText(text, 60)}…` : text);
