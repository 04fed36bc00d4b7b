import { type Database, Prisma, type Transaction } from "@drumline/db";
import { closeGoneProblems, openProblems, type ProblemKind } from "@drumline/problems";

/** Units were promised before their level fell: a package there cannot be packed as it is. */
export const STOCK_BELOW_PROMISED: ProblemKind = {
  context: "oms",
  name: "STOCK_BELOW_PROMISED",
  severity: "WARNING",
  cure: "Count the product there. Correct its level in the inventory engine, or let the store report what is missing (DETECTED_OUT_OF_STOCK_ITEM): its packages are planned again.",
};

/** Active promises beside what there is, of each place. */
const isPromised = Prisma.sql`reservation.status = 'ACTIVE' AND reservation.type <> 'INVENTORY_DISCREPANCY'`;
const isTooMuch = Prisma.sql`sum(reservation.quantity) > max(stock.on_hand)`;

interface Oversold {
  readonly locationId: bigint;
  readonly productId: bigint;
  readonly sku: string;
  readonly location: string;
  readonly promised: number;
  readonly onHand: number;
}

/**
 * Shows which of these places, rows of `location_id, product_id`, have fewer units than are promised there. Under the
 * stock's lock, by whoever lowered it: the engine whose word was taken in, or what was packed or sent away.
 */
export async function openOversold(tx: Transaction, places: Prisma.Sql, at: Date): Promise<void> {
  const oversold = await tx.$queryRaw<Oversold[]>(Prisma.sql`
    SELECT stock.location_id AS "locationId", stock.product_id AS "productId", product.sku, location.erp_code AS location,
      sum(reservation.quantity)::int AS promised, max(stock.on_hand) AS "onHand"
    FROM (${places}) place
    JOIN stock USING (location_id, product_id)
    JOIN reservation ON reservation.location_id = stock.location_id AND reservation.product_id = stock.product_id
      AND ${isPromised}
    JOIN product ON product.id = stock.product_id
    JOIN stock_location location ON location.id = stock.location_id
    GROUP BY stock.location_id, stock.product_id, product.sku, location.erp_code HAVING ${isTooMuch}`);
  await openProblems(
    tx,
    oversold.map(({ locationId, productId, sku, location, promised, onHand }) => ({
      kind: STOCK_BELOW_PROMISED,
      subject: { type: "stock", key: `${sku}@${location}` },
      reason: `more units of ${sku} are promised at ${location} than there are`,
      detail: { locationId: String(locationId), productId: String(productId), sku, location, promised, onHand },
    })),
    at,
  );
}

/** Closes what is known of places where there is enough again, or less is promised, whoever made it so. */
export async function closeOversold(db: Database, at: Date): Promise<void> {
  await closeGoneProblems(db, {
    kind: STOCK_BELOW_PROMISED,
    isGone: Prisma.sql`NOT EXISTS (
      SELECT FROM stock JOIN reservation USING (location_id, product_id)
      WHERE stock.location_id = (problem.detail ->> 'locationId')::bigint
        AND stock.product_id = (problem.detail ->> 'productId')::bigint AND ${isPromised}
      HAVING ${isTooMuch})`,
    reason: "there are as many as are promised",
    at,
  });
}
