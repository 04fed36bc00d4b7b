import { randomUUID } from "node:crypto";

import type { Database, Prisma } from "@drumline/db";

type Data = Partial<Omit<Prisma.ShopOrderUncheckedCreateInput, "lines" | "emailKey">>;

export interface ShopOrderToCreate extends Data {
  /** When it was placed. */
  readonly at: Date;
  readonly lines?: readonly { readonly sku: string; readonly quantity?: number; readonly priceMinor?: bigint }[];
}

/** An order as the webshop places it, 10.00 EUR and nobody's unless said otherwise. */
export function createShopOrder(db: Database, { at, lines = [], ...data }: ShopOrderToCreate) {
  return db.shopOrder.create({
    data: {
      reference: `R-${randomUUID()}`,
      currency: "EUR",
      totalMinor: 1_000n,
      placedAt: at,
      createdAt: at,
      updatedAt: at,
      ...data,
      emailKey: data.email?.trim().toLowerCase() ?? null,
      lines: {
        create: lines.map((line, index) => ({
          quantity: 1,
          priceMinor: 500n,
          ...line,
          lineNo: index + 1,
          title: line.sku,
        })),
      },
    },
  });
}
