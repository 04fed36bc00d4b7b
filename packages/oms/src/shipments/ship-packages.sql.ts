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

/** Something that waits in vain for its parcel. */
export interface StuckParcel {
  readonly id: bigint;
  readonly carrierCode: string;
  readonly trackingNumber: string | null;
  readonly status: "DELETED" | "EXPIRED";
  readonly what: "package" | "transfer";
  /** Of the package or transfer. */
  readonly number: string;
  /** A package that is packed and goes nowhere. */
  readonly isPacked: boolean;
}

/**
 * Packages that are packed and whose only parcel was deleted, transfers that are ready and have none left, and whatever a
 * parcel was for of which nothing has been heard for long; by id of the parcel.
 */
export async function findStuckParcels(db: Database, limit: number): Promise<StuckParcel[]> {
  return await db.$queryRaw<StuckParcel[]>(Prisma.sql`
    SELECT shipment.id, carrier_code AS "carrierCode", tracking_number AS "trackingNumber", shipment.status::text AS status,
      'package' AS what, package.number, true AS "isPacked"
    FROM package JOIN LATERAL ${lastDeleted(Prisma.sql`package_id = package.id`)} ON true
    WHERE package.state = 'PACKED'
      AND NOT EXISTS (SELECT FROM shipment WHERE package_id = package.id AND status <> 'DELETED')
    UNION ALL
    SELECT shipment.id, carrier_code, tracking_number, shipment.status::text, 'transfer', transfer.number, false
    FROM transfer_order transfer JOIN LATERAL ${lastDeleted(Prisma.sql`transfer_order_id = transfer.id`)} ON true
    WHERE transfer.state = 'READY_TO_SHIPMENT'
      AND NOT EXISTS (SELECT FROM shipment WHERE transfer_order_id = transfer.id AND status <> 'DELETED')
    UNION ALL
    SELECT shipment.id, carrier_code, tracking_number, shipment.status::text,
      CASE WHEN package.id IS NULL THEN 'transfer' ELSE 'package' END, coalesce(package.number, transfer.number),
      coalesce(package.state = 'PACKED', false)
    FROM shipment
    LEFT JOIN package ON package.id = shipment.package_id
    LEFT JOIN transfer_order transfer ON transfer.id = shipment.transfer_order_id
    WHERE shipment.status = 'EXPIRED' AND shipment.wanted_back_at IS NULL
      AND (package.state NOT IN ('DELIVERED', 'CANCELLED') OR transfer.state IN ('READY_TO_SHIPMENT', 'IN_TRANSIT'))
    ORDER BY 1 LIMIT ${limit}`);
}

const lastDeleted = (isMeant: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`(SELECT * FROM shipment WHERE ${isMeant} AND status = 'DELETED' ORDER BY id DESC LIMIT 1) shipment`;
