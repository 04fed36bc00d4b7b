import { type Database, enums, Prisma } from "@drumline/db";

export const PARCEL_STATUSES = Object.values(enums.ShopParcelStatus);
export const LABEL_STATUSES = Object.values(enums.ShopLabelStatus);

/** A parcel as a person looks at it, with its latest label. */
export interface ParcelRow {
  readonly id: bigint;
  readonly reference: string;
  readonly orderReference: string;
  readonly status: enums.ShopParcelStatus;
  readonly carrier: string;
  readonly weightGrams: number | null;
  readonly trackingNumber: string | null;
  readonly trackingUrl: string | null;
  readonly packedAt: Date;
  readonly shippedAt: Date | null;
  readonly deliveredAt: Date | null;
  readonly nextCheckAt: Date | null;
  readonly lastCheckError: string | null;
  readonly labelStatus: enums.ShopLabelStatus | null;
  readonly labelError: string | null;
}

export interface ParcelFilter {
  readonly status?: enums.ShopParcelStatus | undefined;
  readonly orderReference?: string | undefined;
  readonly carrier?: string | undefined;
}

/** In the order of their ids, from the one after `afterId` on. */
export async function loadParcels(
  db: Database,
  { status, orderReference, carrier }: ParcelFilter,
  afterId: bigint | null,
  limit: number,
): Promise<ParcelRow[]> {
  const wanted = [
    Prisma.sql`parcel.id > ${afterId ?? 0n}`,
    ...(status === undefined ? [] : [Prisma.sql`parcel.status = ${status}::shop_parcel_status`]),
    ...(orderReference === undefined ? [] : [Prisma.sql`orders.reference = ${orderReference}`]),
    ...(carrier === undefined ? [] : [Prisma.sql`parcel.carrier = ${carrier}`]),
  ];
  return await db.$queryRaw<ParcelRow[]>(
    Prisma.sql`${VIEW} WHERE ${Prisma.join(wanted, " AND ")} ORDER BY parcel.id LIMIT ${limit}`,
  );
}

export async function loadParcel(db: Database, id: bigint): Promise<ParcelRow | null> {
  const [row] = await db.$queryRaw<ParcelRow[]>(Prisma.sql`${VIEW} WHERE parcel.id = ${id}`);
  return row ?? null;
}

/** The label that is on the parcel, as a PDF; null while there is none. */
export async function loadLabelPdf(db: Database, parcelId: bigint): Promise<Uint8Array | null> {
  const label = await db.shopLabel.findFirst({ where: { parcelId, status: "BOUGHT" }, select: { pdf: true } });
  return label?.pdf ?? null;
}

const VIEW = Prisma.sql`
  SELECT parcel.id, parcel.reference, orders.reference AS "orderReference", parcel.status::text, parcel.carrier,
    parcel.weight_grams AS "weightGrams", parcel.tracking_number AS "trackingNumber", parcel.tracking_url AS "trackingUrl",
    parcel.packed_at AS "packedAt", parcel.shipped_at AS "shippedAt", parcel.delivered_at AS "deliveredAt",
    parcel.next_check_at AS "nextCheckAt", parcel.last_check_error AS "lastCheckError",
    label.status::text AS "labelStatus", label.error AS "labelError"
  FROM shop_parcel AS parcel
  JOIN shop_order AS orders ON orders.id = parcel.order_id
  LEFT JOIN LATERAL (
    SELECT status, error FROM shop_label WHERE parcel_id = parcel.id ORDER BY status IN ('VOIDING', 'VOIDED'), status = 'FAILED', created_at DESC LIMIT 1
  ) AS label ON true`;
