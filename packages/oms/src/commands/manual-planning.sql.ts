import { Prisma, type Transaction } from "@drumline/db";

import type { StockLevel } from "../planning/rules/availability.ts";
import { loadLocations, type LocationRow } from "../planning/fulfilment/location.sql.ts";
import { loadReserved, loadStock } from "../planning/fulfilment/stock.sql.ts";
import type { WaitingOrder } from "../planning/rules/waiting-order.ts";
import { NOWHERE } from "../planning/fulfilment/waiting-order.sql.ts";

/** The order of a package that is planned by hand. */
export interface PackageOrder extends Omit<WaitingOrder, "lines"> {
  /** Of the package, still open. */
  readonly transferIds: readonly bigint[];
}

/** The order of a package, locked. */
export async function lockPackageOrder(tx: Transaction, packageId: bigint): Promise<PackageOrder> {
  await tx.$queryRaw(Prisma.sql`
    SELECT orders.id FROM orders JOIN package ON package.order_id = orders.id
    WHERE package.id = ${packageId} FOR NO KEY UPDATE OF orders`);
  const [row] = await tx.$queryRaw<[Omit<PackageOrder, "address">]>(Prisma.sql`
    SELECT orders.id, orders.number, channel.omnitron_id::float8 AS channel, shipping_option AS "shippingOption",
      payment_type AS "paymentType", customer_type AS "customerType", 'MANUAL' AS trigger,
      plan.attempts AS "attemptsSoFar", false AS "hasOpenShortfall",
      (SELECT count(*)::int FROM package other WHERE other.order_id = orders.id) AS "packagesSoFar",
      ARRAY(
        SELECT id FROM transfer_order
        WHERE package_id = package.id AND state NOT IN ('TRANSFERRED', 'CANCELLED') ORDER BY id) AS "transferIds"
    FROM package
    JOIN orders ON orders.id = package.order_id
    JOIN channel ON channel.id = orders.channel_id
    JOIN order_execution_plan plan ON plan.id = package.plan_id
    WHERE package.id = ${packageId}`);
  return { ...row, address: NOWHERE };
}

/** Where a person wants the items, with what is known to be there. */
export interface ManualPlace {
  readonly locations: readonly LocationRow[];
  readonly levels: readonly StockLevel[];
}

/** The places by ERP code, with their stock of the products as we know it, locked. */
export async function loadPlaces(
  tx: Transaction,
  erpCodes: readonly string[],
  productIds: readonly bigint[],
): Promise<ManualPlace> {
  const locations = await loadLocations(tx, { erpCodes, ids: [], countOpenPackages: false, lock: false });
  const rows = await loadStock(tx, productIds, { lock: true });
  const reserved = await loadReserved(tx, rows);
  const levels = rows.map(({ locationId, productId, onHand }): StockLevel => {
    const place = reserved.find((one) => one.locationId === locationId && one.productId === productId);
    const safetyStock = locations.find(({ id }) => id === locationId)?.safetyStock ?? 0;
    return {
      locationId,
      productId,
      onHand,
      reserved: place?.units ?? 0,
      safetyStock,
      blocked: place?.blocked ?? false,
    };
  });
  return { locations, levels };
}
