import { type Database, Prisma } from "@drumline/db";

import type { TransferState } from "../states/index.ts";
import { toId } from "./packages.sql.ts";

/** A transfer order as the API shows it. */
export interface TransferView {
  readonly id: string;
  readonly number: string;
  readonly package: string;
  readonly source: string;
  readonly destination: string;
  readonly state: TransferState;
  readonly attempts: number;
  readonly next_retry_at: string | null;
  readonly items: readonly { readonly order_item_id: number; readonly sku: string; readonly quantity: number }[];
}

/** By id or number; null where there is none. */
export async function loadTransfer(db: Database, idOrNumber: string): Promise<TransferView | null> {
  const [row] = await db.$queryRaw<{ view: TransferView }[]>(Prisma.sql`
    SELECT jsonb_build_object(
      'id', transfer_order.id::text, 'number', transfer_order.number, 'package', package.number,
      'source', source.erp_code, 'destination', destination.erp_code, 'state', transfer_order.state,
      'attempts', transfer_order.attempts, 'next_retry_at', transfer_order.next_retry_at,
      'items', coalesce((
        SELECT jsonb_agg(jsonb_build_object(
          'order_item_id', package_item.order_item_id, 'sku', product.sku, 'quantity', item.quantity) ORDER BY item.id)
        FROM transfer_item item
        JOIN package_item ON package_item.id = item.package_item_id
        JOIN order_item ON order_item.id = package_item.order_item_id
        JOIN product ON product.id = order_item.product_id
        WHERE item.transfer_order_id = transfer_order.id), '[]')) AS view
    FROM transfer_order
    JOIN package ON package.id = transfer_order.package_id
    JOIN stock_location source ON source.id = transfer_order.source_id
    JOIN stock_location destination ON destination.id = transfer_order.destination_id
    WHERE transfer_order.number = ${idOrNumber} OR transfer_order.id = ${toId(idOrNumber)}`);
  return row?.view ?? null;
}
