import type { Database, Transaction } from "@drumline/db";
import { saveEvents } from "@drumline/events/outbox";
import { isWanted } from "@drumline/events/readers";

const STOCK_CHANGED_EVENT = "ecomnow.stock.changed";

/** A product of which another quantity can be sold than before. */
export interface ChangedStock {
  readonly id: string | number;
  readonly sku: string;
  readonly quantity: number;
}

/** A feed may change a million quantities: nobody is told where nobody wants to know. */
export const tellsStock = (db: Database): Promise<boolean> => isWanted(db, STOCK_CHANGED_EVENT);

/** Tells what a vendor has of some products by now, in the transaction that wrote it down. */
export async function saveStockEvents(
  tx: Transaction,
  vendor: string,
  products: readonly ChangedStock[],
  at: Date,
): Promise<void> {
  await saveEvents(
    tx,
    products.map(({ id, sku, quantity }) => ({
      eventType: STOCK_CHANGED_EVENT,
      entityType: "ecomnow_product",
      entityId: BigInt(id),
      payload: { vendor, sku, quantity },
      at,
    })),
  );
}
