import { readSettings } from "@drumline/core/config";
import type { Database } from "@drumline/db";

import { inventorySettings } from "../src/inventory/settings.ts";
import { createShopOrder } from "./create-shop-order.ts";

/** What `update_products_inventory` has of the outside where the stock follows nobody. */
export const STOCK_GATEWAYS = { settings: readSettings(inventorySettings, {}) };

export const AT = new Date("2026-11-20T12:00:00Z");

/** Products by sku with what is on hand, as one RECEIVED movement each that is applied already. */
export async function storeProducts(db: Database, onHand: Readonly<Record<string, bigint | number>>): Promise<void> {
  for (const [sku, pieces] of Object.entries(onHand)) {
    const level = { onHand: BigInt(pieces), isOnSale: pieces > 0 };
    await db.shopProduct.create({ data: { sku, title: sku, ...level, createdAt: AT, updatedAt: AT } });
    if (level.onHand === 0n) continue;
    await db.shopMovement.create({
      data: {
        sku,
        kind: "RECEIVED",
        quantity: level.onHand,
        actor: "test",
        source: "test",
        sourceRef: `received/${sku}`,
        occurredAt: new Date(AT.getTime() - 86_400_000),
        recordedAt: AT,
        appliedAt: AT,
        effect: level.onHand,
        balance: level.onHand,
      },
    });
  }
}

let orders = 0;

/** An order that is placed and not paid; returns its id. */
export async function storeUnpaidOrder(
  db: Database,
  lines: readonly (readonly [sku: string, pieces: number])[],
  of: { cartId?: bigint; customerId?: bigint; email?: string } = {},
): Promise<bigint> {
  orders += 1;
  const { id } = await createShopOrder(db, {
    at: AT,
    reference: `test-${orders}`,
    totalMinor: 100n,
    lines: lines.map(([sku, quantity]) => ({ sku, quantity, priceMinor: 1n })),
    ...of,
  });
  return id;
}

/** `sku: on hand - reserved` of every product, by sku, and whether the movements say the same as the level. */
export async function stockOf(db: Database): Promise<string[]> {
  const products = await db.shopProduct.findMany({ orderBy: { sku: "asc" } });
  const sums = await db.shopMovement.groupBy({ by: ["sku"], _sum: { effect: true } });
  const sumOf = new Map(sums.map(({ sku, _sum }) => [sku, _sum.effect ?? 0n]));
  return products.map(({ sku, onHand, reserved }) => {
    const sum = sumOf.get(sku) ?? 0n;
    return `${sku}: ${onHand} - ${reserved}${sum === onHand ? "" : `, but its movements say ${sum}`}`;
  });
}
