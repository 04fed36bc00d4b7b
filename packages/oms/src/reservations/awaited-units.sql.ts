import { type Database, Prisma, type Transaction } from "@drumline/db";

import type { AwaitedUnits } from "./plan-stock-level.ts";

/** One product at one location. */
interface StockPlace {
  readonly locationId: bigint;
  readonly productId: bigint;
}

/** Units that left these places and that the inventory engine still counts, the oldest first; read under the stock's lock. */
export async function loadAwaitedUnits(
  db: Database | Transaction,
  places: readonly StockPlace[],
): Promise<(StockPlace & AwaitedUnits)[]> {
  if (places.length === 0) return [];
  return await db.$queryRaw<(StockPlace & AwaitedUnits)[]>(Prisma.sql`
    SELECT reservation.id, reservation.location_id AS "locationId", reservation.product_id AS "productId",
      awaited_units AS units, released_at AS since
    FROM unnest(
      ${places.map(({ locationId }) => locationId)}::bigint[],
      ${places.map(({ productId }) => productId)}::bigint[]
    ) AS place(location_id, product_id)
    JOIN reservation ON reservation.location_id = place.location_id AND reservation.product_id = place.product_id
    WHERE awaited_units > 0
    ORDER BY released_at, reservation.id`);
}

/** What is still awaited of them; only under the stock's lock. */
export async function saveAwaitedUnits(
  tx: Transaction,
  awaited: readonly { readonly id: bigint; readonly units: number }[],
): Promise<void> {
  if (awaited.length === 0) return;
  await tx.$executeRaw(Prisma.sql`
    UPDATE reservation SET awaited_units = still.units
    FROM unnest(${awaited.map(({ id }) => id)}::bigint[], ${awaited.map(({ units }) => units)}::int[]) AS still(id, units)
    WHERE reservation.id = still.id`);
}
