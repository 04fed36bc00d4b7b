import { resolve } from "node:path";

import {
  centralLocation,
  type Location,
  type Product,
  SELLER_PRIORITY,
  type StockLine,
  type Dataset,
} from "../dataset.ts";
import { BadDataFile } from "./bad-data-file.ts";
import { startOfLocalDay } from "./local-time.ts";
import { loadOrders } from "./load-orders.ts";
import { toOrderSource } from "./order-source.ts";
import { readTable } from "./read-table.ts";

/**
 * The Brazilian E-Commerce Public Dataset by Olist as a dataset: a seller is a location, and each holds exactly what the
 * dataset ever sells there, so that stock always suffices. Throws `BadDataFile`.
 */
export async function loadOlistDataset(folder: string): Promise<Dataset> {
  const products = await loadProducts(folder);
  const sellers = await loadSellers(folder);
  const orders = await loadOrders(folder, { products, sellers });
  const first = orders[0];
  if (first === undefined) throw new BadDataFile({ file: `${folder}/orders` }, "holds no order; get the file anew");
  return {
    name: `olist:${resolve(folder)}`,
    startsAtMs: startOfLocalDay(first.modifiedMs),
    defaultSpeed: 1,
    locations: [centralLocation, ...sellers.values()],
    stock: unitsEverSold(products, orders),
    firstWantedMs: firstWanted(orders),
    orders: toOrderSource(orders),
  };
}

async function loadProducts(folder: string): Promise<Map<string, Product>> {
  const names = new Map<string, string>();
  for await (const row of readTable(folder, "products", ["product_id", "product_category_name_english"])) {
    const sku = row.id("product_id");
    if (names.has(sku)) row.refuse("product_id", "an earlier row has it already");
    names.set(sku, `${row.text("product_category_name_english").replaceAll("_", " ") || "product"} ${sku.slice(0, 6)}`);
  }
  const bySku = [...names].sort(([left], [right]) => (left < right ? -1 : 1));
  return new Map(bySku.map(([sku, name], index) => [sku, { pk: index + 1, sku, name, barcode: null }]));
}

async function loadSellers(folder: string): Promise<Map<string, Location>> {
  const places = new Map<string, { city: string; state: string }>();
  for await (const row of readTable(folder, "sellers", ["seller_id", "seller_city", "seller_state"])) {
    const erpCode = row.id("seller_id");
    if (places.has(erpCode)) row.refuse("seller_id", "an earlier row has it already");
    places.set(erpCode, { city: row.text("seller_city"), state: row.text("seller_state") });
  }
  const byCode = [...places].sort(([left], [right]) => (left < right ? -1 : 1));
  return new Map(byCode.map(([erpCode, place], index) => [erpCode, toLocation(erpCode, place, index + 2)]));
}

function toLocation(erpCode: string, { city, state }: { city: string; state: string }, pk: number): Location {
  return {
    pk,
    erpCode,
    name: `Seller ${erpCode.slice(0, 6)} ${city}`,
    type: "STORE",
    priority: SELLER_PRIORITY,
    address: { country: "BR", state, city, district: null, latitude: null, longitude: null },
  };
}

function firstWanted(orders: Awaited<ReturnType<typeof loadOrders>>): Dataset["firstWantedMs"] {
  const first = new Map<string, number>();
  for (const { modifiedMs, items } of orders) {
    for (const { product } of items) if (!first.has(product.sku)) first.set(product.sku, modifiedMs);
  }
  return (sku) => first.get(sku) ?? Infinity;
}

function unitsEverSold(
  products: ReadonlyMap<string, Product>,
  orders: Awaited<ReturnType<typeof loadOrders>>,
): Map<string, readonly StockLine[]> {
  const sold = new Map<string, Map<string, number>>();
  for (const { product, erpCode, quantity } of orders.flatMap((order) => order.items)) {
    const bySeller = sold.get(product.sku) ?? new Map<string, number>();
    bySeller.set(erpCode, (bySeller.get(erpCode) ?? 0) + quantity);
    sold.set(product.sku, bySeller);
  }
  const lines = (sku: string) => [...(sold.get(sku) ?? [])].map(([erpCode, quantity]) => ({ erpCode, quantity }));
  return new Map([...products.keys()].map((sku) => [sku, lines(sku)]));
}
