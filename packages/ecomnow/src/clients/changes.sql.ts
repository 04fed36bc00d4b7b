import type { ChangedRecord, ChangePosition } from "@drumline/connectors/push";
import { type Database, Prisma } from "@drumline/db";

import type { ClientFlow } from "./endpoint.sql.ts";

// Rows are stamped before they are committed: what is younger than this may still get an older neighbour.
const SETTLED_AFTER = Prisma.sql`interval '5 s'`;

/**
 * What changed after a position, oldest first, and has settled; at most until the oldest transaction that is still
 * writing began, which may yet commit rows stamped then. Orders, shipments and refunds are the client's own.
 */
export async function loadChanges(
  db: Database,
  endpoint: ClientFlow,
  { after, limit }: { after: ChangePosition; limit: number },
): Promise<ChangedRecord[]> {
  return await db.$queryRaw<ChangedRecord[]>(Prisma.sql`
    SELECT updated_at AS at, id, data FROM (${sourceOf(endpoint)}) source
    WHERE (updated_at, id) > (${after.at}::timestamptz, ${after.id})
      AND updated_at <= -${SETTLED_AFTER} + least(now(), (
        SELECT min(xact_start) FROM pg_stat_activity
        WHERE datname = current_database() AND backend_xid IS NOT NULL))
    ORDER BY updated_at, id LIMIT ${limit}`);
}

/** Changes by their ids, as they are now. */
export async function loadChangesOf(
  db: Database,
  endpoint: ClientFlow,
  ids: readonly bigint[],
): Promise<ChangedRecord[]> {
  return await db.$queryRaw<ChangedRecord[]>(Prisma.sql`
    SELECT updated_at AS at, id, data FROM (${sourceOf(endpoint)}) source
    WHERE id = ANY(${[...ids]}::bigint[]) ORDER BY updated_at, id`);
}

function sourceOf({ entity, integrationId, vendorId }: ClientFlow): Prisma.Sql {
  switch (entity) {
    case "PRODUCT":
      return products(
        vendorId,
        Prisma.sql`jsonb_build_object('sku', sku, 'vendor', vendor.code, 'name', product.name, 'description', description,
          'brand', brand, 'barcode', barcode, 'category', category, 'price_minor', price_minor, 'currency', currency,
          'quantity', quantity, 'active', product.is_active, 'updated_at', updated_at)`,
      );
    case "PRICE":
      return products(
        vendorId,
        Prisma.sql`jsonb_build_object('sku', sku, 'vendor', vendor.code, 'price_minor', price_minor, 'currency', currency)`,
      );
    case "STOCK":
      return products(
        vendorId,
        Prisma.sql`jsonb_build_object('sku', sku, 'vendor', vendor.code, 'active', product.is_active,
          'quantity', CASE WHEN product.is_active THEN quantity ELSE 0 END)`,
      );
    case "ORDER":
      return Prisma.sql`
        SELECT id, updated_at, jsonb_build_object('external_id', external_id, 'number', number, 'status', status,
          'currency', currency, 'paid_minor', paid_minor, 'placed_at', placed_at, 'lines', (
            SELECT coalesce(jsonb_agg(jsonb_build_object('sku', sku, 'quantity', quantity, 'price_minor', price_minor) ORDER BY line_no), '[]')
            FROM ecomnow_order_line line WHERE line.order_id = ecomnow_order.id)) AS data
        FROM ecomnow_order WHERE integration_id = ${integrationId}`;
    case "SHIPMENT":
      return Prisma.sql`
        SELECT shipment.id, shipment.updated_at, jsonb_build_object('order', external_id, 'tracking_number', tracking_number,
          'carrier', carrier, 'status', shipment.status) AS data
        FROM ecomnow_shipment shipment JOIN ecomnow_order ON ecomnow_order.id = shipment.order_id WHERE integration_id = ${integrationId}`;
    case "REFUND":
      return Prisma.sql`
        SELECT refund.id, refund.updated_at, jsonb_build_object('order', external_id, 'refund', refund.number,
          'amount_minor', amount_minor, 'currency', currency, 'status', refund.status, 'reason', reason, 'version', version) AS data
        FROM ecomnow_refund refund JOIN ecomnow_order ON ecomnow_order.id = refund.order_id WHERE integration_id = ${integrationId}`;
  }
}

function products(vendorId: bigint | null, data: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT product.id, updated_at, ${data} AS data
    FROM ecomnow_product product JOIN ecomnow_vendor vendor ON vendor.id = product.vendor_id
    WHERE ${vendorId === null ? Prisma.sql`true` : Prisma.sql`vendor_id = ${vendorId}`}`;
}
