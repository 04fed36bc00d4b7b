import { type Database, Prisma } from "@drumline/db";

import type { PackageState, TransferState } from "../states/index.ts";

/** What a store has before it, with the order items behind its SKUs. */
export interface StoreWork {
  /** Of the package, or of the transfer. */
  readonly id: string;
  readonly orderNumber: string;
  /** Of the store. */
  readonly erpCode: string;
  readonly skus: readonly string[];
  readonly state: string;
  /** A carrier has, or will have, a parcel of it. */
  readonly hasParcel: boolean;
  readonly items: readonly { readonly orderItemId: number; readonly sku: string }[];
}

/** Packages somebody has to pack. */
export const loadPackagesToPack = (db: Database): Promise<StoreWork[]> =>
  loadPackagesIn(db, ["WAITING", "PREPARING", "READY_FOR_PACKAGING"]);

/** Transfers somebody has to send. */
export const loadTransfersToSend = (db: Database): Promise<StoreWork[]> => loadTransfersIn(db, ["WAITING"]);

/** Packages in one of these states. */
export async function loadPackagesIn(db: Database, states: readonly PackageState[]): Promise<StoreWork[]> {
  return await db.$queryRaw<StoreWork[]>(Prisma.sql`
    SELECT package.id::text AS id, package.state::text AS state, orders.number AS "orderNumber",
      EXISTS (SELECT FROM shipment WHERE shipment.package_id = package.id) AS "hasParcel",
      location.erp_code AS "erpCode", array_agg(product.sku ORDER BY item.id) AS skus,
      jsonb_agg(jsonb_build_object('orderItemId', item.order_item_id, 'sku', product.sku) ORDER BY item.id) AS items
    FROM package
    JOIN orders ON orders.id = package.order_id
    JOIN stock_location location ON location.id = package.location_id
    JOIN package_item item ON item.package_id = package.id
    JOIN order_item ON order_item.id = item.order_item_id
    JOIN product ON product.id = order_item.product_id
    WHERE package.state::text = ANY(${[...states]}::text[])
    GROUP BY package.id, orders.id, location.id
    ORDER BY package.id`);
}

/** Transfers in one of these states. */
export async function loadTransfersIn(db: Database, states: readonly TransferState[]): Promise<StoreWork[]> {
  return await db.$queryRaw<StoreWork[]>(Prisma.sql`
    SELECT transfer.id::text AS id, transfer.state::text AS state, orders.number AS "orderNumber",
      EXISTS (SELECT FROM shipment WHERE shipment.transfer_order_id = transfer.id) AS "hasParcel",
      source.erp_code AS "erpCode", array_agg(product.sku ORDER BY item.id) AS skus,
      jsonb_agg(jsonb_build_object('orderItemId', package_item.order_item_id, 'sku', product.sku) ORDER BY item.id) AS items
    FROM transfer_order transfer
    JOIN orders ON orders.id = transfer.order_id
    JOIN stock_location source ON source.id = transfer.source_id
    JOIN transfer_item item ON item.transfer_order_id = transfer.id
    JOIN package_item ON package_item.id = item.package_item_id
    JOIN order_item ON order_item.id = package_item.order_item_id
    JOIN product ON product.id = order_item.product_id
    WHERE transfer.state::text = ANY(${[...states]}::text[])
    GROUP BY transfer.id, orders.id, source.id
    ORDER BY transfer.id`);
}
