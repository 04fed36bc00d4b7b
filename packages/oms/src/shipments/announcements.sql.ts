import { type Database, Prisma } from "@drumline/db";

import type { ParcelAnnouncement } from "@drumline/outbound/carriers";

const goods = Prisma.sql`jsonb_build_object('sku', product.sku, 'quantity', item.quantity)`;

/**
 * What the carrier has to know of these shipments, by shipment id: without cancelled items, but for a package of which nothing
 * is left. That one is announced whole once more: the carrier may know it already by an answer that was lost, and only by
 * its number there it can be called back.
 */
export async function loadAnnouncements(
  db: Database,
  shipmentIds: readonly bigint[],
): Promise<ReadonlyMap<bigint, ParcelAnnouncement>> {
  if (shipmentIds.length === 0) return new Map();
  const rows = await db.$queryRaw<{ id: bigint; announcement: ParcelAnnouncement }[]>(Prisma.sql`
    SELECT shipment.id, jsonb_build_object(
      'carrierCode', shipment.carrier_code, 'shipmentId', 'shipment-' || shipment.id, 'orderNumber', orders.number,
      'type', CASE WHEN package.id IS NULL THEN 'TRANSFER' ELSE 'CUSTOMER' END,
      'originId', origin.erp_code,
      'destination', CASE WHEN package.id IS NOT NULL THEN orders.address
        ELSE jsonb_build_object('erp_code', goal.erp_code, 'country', goal.country, 'state', goal.state, 'city', goal.city,
          'district', goal.district) END,
      'products', coalesce(packed.products, fetched.products, '[]')) AS announcement
    FROM shipment
    LEFT JOIN package ON package.id = coalesce(shipment.package_id, shipment.replaced_package_id)
    LEFT JOIN transfer_order transfer ON transfer.id = shipment.transfer_order_id
    JOIN orders ON orders.id = coalesce(package.order_id, transfer.order_id)
    JOIN stock_location origin ON origin.id = coalesce(package.location_id, transfer.source_id)
    LEFT JOIN stock_location goal ON goal.id = transfer.destination_id
    LEFT JOIN LATERAL (
      SELECT coalesce(jsonb_agg(${goods} ORDER BY item.id) FILTER (WHERE item.state <> 'CANCELLED'),
        jsonb_agg(${goods} ORDER BY item.id)) AS products
      FROM package_item item
      JOIN order_item ON order_item.id = item.order_item_id
      JOIN product ON product.id = order_item.product_id
      WHERE item.package_id = package.id
    ) packed ON package.id IS NOT NULL
    LEFT JOIN LATERAL (
      SELECT jsonb_agg(${goods} ORDER BY item.id) AS products
      FROM transfer_item item
      JOIN package_item ON package_item.id = item.package_item_id
      JOIN order_item ON order_item.id = package_item.order_item_id
      JOIN product ON product.id = order_item.product_id
      WHERE item.transfer_order_id = transfer.id
    ) fetched ON transfer.id IS NOT NULL
    WHERE shipment.id = ANY(${[...shipmentIds]}::bigint[])`);
  return new Map(rows.map(({ id, announcement }) => [id, announcement]));
}
