import { type Database, enums, Prisma } from "@drumline/db";
import { z } from "zod";

import { itemsSchema, toId, toInstantText } from "./packages.sql.ts";

/** A transfer order as the API shows it; the SQL below answers exactly this. */
export const transferSchema = z
  .object({
    id: z.string(),
    number: z.string(),
    orderNumber: z.string(),
    packageNumber: z.string().describe("Of the package it is for."),
    source: z.string().describe("ERP code."),
    destination: z.string().describe("ERP code."),
    state: z.enum(enums.TransferState),
    version: z.int().describe("Goes up with every change; send it along to be refused when it is not the latest."),
    attempts: z.int(),
    nextRetryAt: z.iso.datetime().nullable(),
    createdAt: z.iso.datetime(),
    items: itemsSchema,
  })
  .meta({ id: "TransferOrder" });

export type TransferView = z.output<typeof transferSchema>;

/** By id or number; null where there is none. */
export async function loadTransfer(db: Database, idOrNumber: string): Promise<TransferView | null> {
  const [row] = await db.$queryRaw<{ view: TransferView }[]>(Prisma.sql`
    ${VIEW} WHERE transfer_order.number = ${idOrNumber} OR transfer_order.id = ${toId(idOrNumber)}`);
  return row?.view ?? null;
}

export interface TransferFilter {
  readonly state?: string | undefined;
  readonly orderNumber?: string | undefined;
  readonly packageNumber?: string | undefined;
  /** ERP code. */
  readonly source?: string | undefined;
  /** ERP code. */
  readonly destination?: string | undefined;
}

/** In the order of their ids, from the one after `afterId` on. */
export async function loadTransfers(
  db: Database,
  filter: TransferFilter,
  afterId: bigint | null,
  limit: number,
): Promise<TransferView[]> {
  const { state = null, orderNumber = null, packageNumber = null, source = null, destination = null } = filter;
  const rows = await db.$queryRaw<{ view: TransferView }[]>(Prisma.sql`
    ${VIEW} WHERE transfer_order.id > ${afterId ?? 0n}
      AND (${state}::text IS NULL OR transfer_order.state = ${state}::transfer_state)
      AND (${orderNumber}::text IS NULL OR orders.number = ${orderNumber})
      AND (${packageNumber}::text IS NULL OR package.number = ${packageNumber})
      AND (${source}::text IS NULL OR source.erp_code = ${source})
      AND (${destination}::text IS NULL OR destination.erp_code = ${destination})
    ORDER BY transfer_order.id LIMIT ${limit}`);
  return rows.map(({ view }) => view);
}

const VIEW = Prisma.sql`
  SELECT jsonb_build_object(
    'id', transfer_order.id::text, 'number', transfer_order.number, 'orderNumber', orders.number,
    'packageNumber', package.number, 'source', source.erp_code, 'destination', destination.erp_code,
    'state', transfer_order.state, 'version', transfer_order.version, 'attempts', transfer_order.attempts,
    'nextRetryAt', ${toInstantText(Prisma.sql`transfer_order.next_retry_at`)},
    'createdAt', ${toInstantText(Prisma.sql`transfer_order.created_at`)},
    'items', coalesce((
      SELECT jsonb_agg(jsonb_build_object(
        'orderItemId', package_item.order_item_id, 'sku', product.sku, 'quantity', item.quantity) ORDER BY item.id)
      FROM transfer_item item
      JOIN package_item ON package_item.id = item.package_item_id
      JOIN order_item ON order_item.id = package_item.order_item_id
      JOIN product ON product.id = order_item.product_id
      WHERE item.transfer_order_id = transfer_order.id), '[]')) AS view
  FROM transfer_order
  JOIN orders ON orders.id = transfer_order.order_id
  JOIN package ON package.id = transfer_order.package_id
  JOIN stock_location source ON source.id = transfer_order.source_id
  JOIN stock_location destination ON destination.id = transfer_order.destination_id`;
