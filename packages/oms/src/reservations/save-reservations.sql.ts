import { Prisma, type Transaction } from "@drumline/db";

/** Units promised to a package item at its own location, or to a transfer item at the transfer's source. */
export interface NewReservation {
  readonly type: "ORDER" | "TRANSFER";
  readonly locationId: bigint;
  readonly productId: bigint;
  readonly quantity: number;
  readonly packageItemId: bigint | null;
  readonly transferItemId: bigint | null;
}

/** What a package item has already grows. Only under a lock on the stock rows concerned: nothing else keeps the sum of reservations below what is on hand. */
export async function saveReservations(
  tx: Transaction,
  reservations: readonly NewReservation[],
  at: Date,
): Promise<void> {
  if (reservations.length === 0) return;
  const rows = reservations.map((reservation) => ({
    type: reservation.type,
    location_id: String(reservation.locationId),
    product_id: String(reservation.productId),
    quantity: reservation.quantity,
    package_item_id: reservation.packageItemId === null ? null : String(reservation.packageItemId),
    transfer_item_id: reservation.transferItemId === null ? null : String(reservation.transferItemId),
  }));
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO reservation (type, location_id, product_id, quantity, package_item_id, transfer_item_id, created_at)
    SELECT type, location_id, product_id, quantity, package_item_id, transfer_item_id, ${at}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS planned(
      type reservation_type, location_id bigint, product_id bigint, quantity int, package_item_id bigint,
      transfer_item_id bigint)
    ON CONFLICT (package_item_id) WHERE type = 'ORDER' AND status = 'ACTIVE'
      DO UPDATE SET quantity = reservation.quantity + excluded.quantity`);
}
