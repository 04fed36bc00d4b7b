import { type Database, Prisma, type Transaction } from "@drumline/db";

import type { ShipmentStatus } from "../states/index.ts";
import { UNDER_WAY_STATUSES } from "./shipment-status.ts";

/** A packed package whose parcel the carrier has, or has lost. */
export interface PackedPackage {
  readonly id: bigint;
  readonly number: string;
  readonly orderId: bigint;
  readonly status: ShipmentStatus;
}

const COLUMNS = Prisma.sql`
  package.id, package.number, package.order_id AS "orderId", shipment.status::text AS status`;

// The second half says what the first implies, to a planner that looks for an index of live shipments.
const isUnderWay = Prisma.sql`shipment.status::text = ANY(${[...UNDER_WAY_STATUSES]}::text[]) AND shipment.status <> 'DELETED'`;

/** Packed packages whose parcel is under way. */
export const shippablePackages = Prisma.sql`
  package JOIN shipment ON shipment.package_id = package.id AND package.state = 'PACKED' AND ${isUnderWay}`;

/** Packed packages whose parcel is under way, by id, after `afterId`. */
export async function findShippable(db: Database, afterId: bigint, limit: number): Promise<PackedPackage[]> {
  return await db.$queryRaw<PackedPackage[]>(Prisma.sql`
    SELECT ${COLUMNS} FROM ${shippablePackages} WHERE package.id > ${afterId} ORDER BY package.id LIMIT ${limit}`);
}

export async function countShippable(db: Database): Promise<number> {
  const [row] = await db.$queryRaw<[{ count: number }]>(Prisma.sql`
    SELECT count(*)::int AS count FROM ${shippablePackages}`);
  return row.count;
}

/** Those of the packages whose parcel is under way now, for a caller that holds the locks of their orders. */
export async function findUnderWay(tx: Transaction, packageIds: readonly bigint[]): Promise<bigint[]> {
  const rows = await tx.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    SELECT package.id FROM package JOIN shipment ON shipment.package_id = package.id
    WHERE package.id = ANY(${[...packageIds]}::bigint[]) AND ${isUnderWay} ORDER BY package.id`);
  return rows.map(({ id }) => id);
}

/** Packed packages that are left without a parcel: the only one they had was deleted. The first `limit`, and all counted. */
export async function findParcelLess(
  db: Database,
  limit: number,
): Promise<{ readonly count: number; readonly first: readonly { readonly id: bigint; readonly number: string }[] }> {
  const rows = await db.$queryRaw<{ id: bigint; number: string; count: number }[]>(Prisma.sql`
    SELECT package.id, package.number, count(*) OVER ()::int AS count FROM package
    WHERE package.state = 'PACKED'
      AND EXISTS (SELECT FROM shipment WHERE package_id = package.id AND status = 'DELETED')
      AND NOT EXISTS (SELECT FROM shipment WHERE package_id = package.id AND status <> 'DELETED')
    ORDER BY package.id LIMIT ${limit}`);
  return { count: rows[0]?.count ?? 0, first: rows };
}
