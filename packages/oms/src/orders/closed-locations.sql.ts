import { type Database, literals, Prisma, type Transaction } from "@drumline/db";

import { transitionRules } from "../states/index.ts";

/** Packages that nobody has begun at a location that ships nothing. One that waits for goods stays while any are on the road. */
const packagesAtClosed = Prisma.sql`
  package JOIN stock_location place ON place.id = package.location_id
  WHERE NOT (place.is_active AND place.is_fulfillment_center)
    AND package.state IN (${literals(transitionRules.package.LOCATION_CLOSED.from)})
    AND NOT EXISTS (
      SELECT FROM transfer_order going
      WHERE going.package_id = package.id AND going.state IN ('READY_TO_SHIPMENT', 'IN_TRANSIT'))`;

/** Transfers whose goods nobody has made ready at such a location. */
const transfersFromClosed = Prisma.sql`
  transfer_order transfer JOIN stock_location place ON place.id = transfer.source_id
  WHERE NOT (place.is_active AND place.is_fulfillment_center) AND transfer.state = 'WAITING'`;

/** Whether any work lies where nobody will do it. */
export const someWorkAtClosed = Prisma.sql`
  EXISTS (SELECT FROM ${packagesAtClosed}) OR EXISTS (SELECT FROM ${transfersFromClosed})`;

export async function countAtClosed(db: Database): Promise<{ packages: number; transfers: number }> {
  const [row] = await db.$queryRaw<[{ packages: number; transfers: number }]>(Prisma.sql`
    SELECT (SELECT count(*)::int FROM ${packagesAtClosed}) AS packages,
      (SELECT count(*)::int FROM ${transfersFromClosed}) AS transfers`);
  return row;
}

/** The next orders, by id, with any such work. */
export async function findOrdersAtClosed(db: Database, afterId: bigint, most: number): Promise<bigint[]> {
  const rows = await db.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    SELECT id FROM (
      SELECT package.order_id AS id FROM ${packagesAtClosed}
      UNION
      SELECT transfer.order_id FROM ${transfersFromClosed}
    ) orders_at_closed WHERE id > ${afterId} ORDER BY id LIMIT ${most}`);
  return rows.map(({ id }) => id);
}

/** What of these orders lies there, under their locks. */
export async function loadAtClosed(tx: Transaction, orderIds: readonly bigint[]) {
  const isMeant = Prisma.sql`= ANY(${[...orderIds]}::bigint[])`;
  const packages = await tx.$queryRaw<{ id: bigint; erpCode: string; openTransferIds: bigint[] }[]>(Prisma.sql`
    SELECT package.id, place.erp_code AS "erpCode", ARRAY(
      SELECT open.id FROM transfer_order open
      WHERE open.package_id = package.id AND open.state NOT IN ('TRANSFERRED', 'CANCELLED') ORDER BY 1) AS "openTransferIds"
    FROM ${packagesAtClosed} AND package.order_id ${isMeant} ORDER BY package.id`);
  const transfers = await tx.$queryRaw<{ id: bigint; erpCode: string }[]>(Prisma.sql`
    SELECT transfer.id, place.erp_code AS "erpCode" FROM ${transfersFromClosed} AND transfer.order_id ${isMeant}
    ORDER BY transfer.id`);
  return { packages, transfers };
}
