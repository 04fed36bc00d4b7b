import { Prisma, type Transaction } from "@drumline/db";

import { openOversold } from "./oversold.sql.ts";
import type { AppliedTransition } from "./check-changes.ts";
import { RESERVING_STATES } from "./package-states.ts";

/**
 * What a package's or transfer's change means for what is promised to it. A package promises until it is packed; only one
 * that waits for its cancellation keeps what it has until that is decided. A transfer promises at its source until the
 * goods leave it; from then on they count where they arrive. What is packed or sent is on hand no more at once, and awaited
 * in the inventory engine's level.
 */
export async function syncReservations(
  tx: Transaction,
  applied: readonly AppliedTransition[],
  at: Date,
): Promise<void> {
  const idsOf = (entity: string, holds: (step: AppliedTransition) => boolean): bigint[] =>
    applied
      .filter((step) => step.change.entity === entity && step.from !== step.to && holds(step))
      .map(({ change }) => change.id);

  // One that was only held is packed already.
  const packed = idsOf("package", ({ from, to }) => to === "PACKED" && from !== "CANCELLATION_WAITING");
  const freed = idsOf("package", ({ to, change }) =>
    to === "PACKED" ? false : change.command === "PKG_DEALLOCATE_RESERVATIONS" || !keepsPromises(to),
  );
  const left = idsOf("transfer_order", ({ to }) => to === "IN_TRANSIT");
  const arrived = idsOf("transfer_order", ({ to }) => to === "TRANSFERRED");
  const dropped = idsOf("transfer_order", ({ to }) => to === "OUT_OF_STOCK" || to === "CANCELLED");

  const unpacked = idsOf("package", ({ from, to }) => to === "CANCELLED" && WAS_PACKED.has(from));
  if (packed.length > 0) await takeFromStock(tx, packed, at);
  if (freed.length > 0) await freePackages(tx, freed, at);
  if (unpacked.length > 0) await putBackIntoStock(tx, unpacked);
  if (left.length > 0) await takeFromSource(tx, left, at);
  if (arrived.length > 0) await putToDestination(tx, arrived, at);
  if (dropped.length > 0) await endOfTransfers(tx, dropped, "RELEASED", "TRANSFER_DROPPED", at);
}

const keepsPromises = (state: string): boolean =>
  state === "CANCELLATION_WAITING" || (RESERVING_STATES as readonly string[]).includes(state);

const WAS_PACKED: ReadonlySet<string> = new Set(["PACKED", "CANCELLATION_WAITING"]);

async function freePackages(tx: Transaction, packageIds: readonly bigint[], at: Date): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    UPDATE reservation SET status = 'RELEASED', released_at = ${at}, release_reason = 'PACKAGE_LEFT_THE_SHELF'
    FROM package_item item
    WHERE item.package_id = ANY(${[...packageIds]}::bigint[]) AND reservation.package_item_id = item.id
      AND reservation.type = 'ORDER' AND reservation.status = 'ACTIVE'`);
}

/** Also what was freed before it was packed: it is gone as well. */
async function takeFromStock(tx: Transaction, packageIds: readonly bigint[], at: Date): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO reservation (type, location_id, product_id, quantity, package_item_id, reason, created_at)
    SELECT 'ORDER', package.location_id, order_item.product_id, item.quantity, item.id, 'PACKED_UNRESERVED', ${at}
    FROM package_item item
    JOIN package ON package.id = item.package_id
    JOIN order_item ON order_item.id = item.order_item_id
    WHERE item.package_id = ANY(${[...packageIds]}::bigint[]) AND item.state <> 'CANCELLED'
      AND NOT EXISTS (
        SELECT FROM reservation WHERE package_item_id = item.id AND type = 'ORDER' AND status = 'ACTIVE')
    ORDER BY item.id`);
  await tx.$executeRaw(Prisma.sql`
    WITH packed AS (
      UPDATE reservation SET status = 'CONSUMED', released_at = ${at}, release_reason = 'PACKED', awaited_units = reservation.quantity
      FROM package_item item
      WHERE item.package_id = ANY(${[...packageIds]}::bigint[]) AND reservation.package_item_id = item.id
        AND reservation.type = 'ORDER' AND reservation.status = 'ACTIVE'
      RETURNING location_id, product_id, reservation.quantity AS units
    ), goods AS (
      SELECT location_id, product_id, sum(units)::int AS units FROM packed GROUP BY 1, 2
    ), locked AS MATERIALIZED (
      SELECT stock.id, units FROM stock JOIN goods USING (location_id, product_id)
      ORDER BY stock.location_id, stock.product_id FOR UPDATE OF stock
    )
    UPDATE stock SET on_hand = greatest(0, on_hand - units) FROM locked WHERE stock.id = locked.id`);
  const places = Prisma.sql`
    SELECT DISTINCT location_id, product_id FROM reservation JOIN package_item item ON item.id = package_item_id
    WHERE item.package_id = ANY(${[...packageIds]}::bigint[]) AND reservation.status = 'CONSUMED'`;
  await openOversold(tx, places, at);
}

/** Of packages that were packed and are cancelled: what the engine has not missed yet is there again. First the stock's locks, as in planning. */
async function putBackIntoStock(tx: Transaction, packageIds: readonly bigint[]): Promise<void> {
  const awaited = Prisma.sql`
    FROM package
    JOIN package_item item ON item.package_id = package.id
    JOIN order_item ON order_item.id = item.order_item_id
    JOIN reservation ON reservation.location_id = package.location_id
      AND reservation.product_id = order_item.product_id AND reservation.package_item_id = item.id
      AND reservation.awaited_units > 0
    WHERE package.id = ANY(${[...packageIds]}::bigint[])`;
  await tx.$queryRaw(Prisma.sql`
    SELECT stock.id FROM stock
    WHERE (location_id, product_id) IN (SELECT reservation.location_id, reservation.product_id ${awaited})
    ORDER BY location_id, product_id FOR UPDATE`);
  await tx.$executeRaw(Prisma.sql`
    WITH back AS MATERIALIZED (
      SELECT reservation.id, reservation.location_id, reservation.product_id, awaited_units AS units ${awaited}
    ), settled AS (
      UPDATE reservation SET awaited_units = 0 FROM back WHERE reservation.id = back.id
    ), goods AS (
      SELECT location_id, product_id, sum(units)::int AS units FROM back GROUP BY 1, 2
    )
    UPDATE stock SET on_hand = on_hand + units FROM goods
    WHERE stock.location_id = goods.location_id AND stock.product_id = goods.product_id`);
}

async function endOfTransfers(
  tx: Transaction,
  transferIds: readonly bigint[],
  status: "CONSUMED" | "RELEASED",
  reason: string,
  at: Date,
): Promise<void> {
  const awaited = status === "CONSUMED" ? Prisma.sql`reservation.quantity` : Prisma.sql`0`;
  await tx.$executeRaw(Prisma.sql`
    UPDATE reservation SET status = ${status}::reservation_status, released_at = ${at}, release_reason = ${reason},
      awaited_units = ${awaited}
    FROM transfer_item item
    WHERE item.transfer_order_id = ANY(${[...transferIds]}::bigint[]) AND reservation.transfer_item_id = item.id
      AND reservation.status = 'ACTIVE'`);
}

/** The goods have left the stock, whether or not the inventory engine has noticed yet. */
async function takeFromSource(tx: Transaction, transferIds: readonly bigint[], at: Date): Promise<void> {
  await moveStock(tx, transferIds, Prisma.sql`transfer_order.source_id`, Prisma.sql`greatest(0, on_hand - units)`);
  await endOfTransfers(tx, transferIds, "CONSUMED", "LEFT_THE_SOURCE", at);
  const places = Prisma.sql`
    SELECT DISTINCT location_id, product_id FROM reservation JOIN transfer_item item ON item.id = transfer_item_id
    WHERE item.transfer_order_id = ANY(${[...transferIds]}::bigint[]) AND reservation.status = 'CONSUMED'`;
  await openOversold(tx, places, at);
}

/** The goods are at the package's location, and promised to it. */
async function putToDestination(tx: Transaction, transferIds: readonly bigint[], at: Date): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO stock (location_id, product_id, on_hand, engine_level, source_updated_at)
    SELECT DISTINCT transfer_order.destination_id, order_item.product_id, 0, 0, ${at}::timestamptz
    ${GOODS} WHERE transfer_order.id = ANY(${[...transferIds]}::bigint[])
    ORDER BY 1, 2 ON CONFLICT (location_id, product_id) DO NOTHING`);
  await moveStock(tx, transferIds, Prisma.sql`transfer_order.destination_id`, Prisma.sql`on_hand + units`);
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO reservation (type, location_id, product_id, quantity, package_item_id, created_at)
    SELECT 'ORDER', transfer_order.destination_id, order_item.product_id, sum(item.quantity)::int, package_item.id, ${at}
    ${GOODS} WHERE transfer_order.id = ANY(${[...transferIds]}::bigint[])
    GROUP BY 2, 3, 5
    ON CONFLICT (package_item_id) WHERE type = 'ORDER' AND status = 'ACTIVE'
      DO UPDATE SET quantity = reservation.quantity + excluded.quantity`);
}

async function moveStock(
  tx: Transaction,
  transferIds: readonly bigint[],
  place: Prisma.Sql,
  onHand: Prisma.Sql,
): Promise<void> {
  await tx.$queryRaw(Prisma.sql`
    WITH goods AS (
      SELECT ${place} AS location_id, order_item.product_id, sum(item.quantity)::int AS units
      ${GOODS} WHERE transfer_order.id = ANY(${[...transferIds]}::bigint[])
      GROUP BY 1, 2
    ), locked AS MATERIALIZED (
      SELECT stock.id, units FROM stock JOIN goods USING (location_id, product_id)
      ORDER BY stock.location_id, stock.product_id FOR UPDATE OF stock
    )
    UPDATE stock SET on_hand = ${onHand} FROM locked WHERE stock.id = locked.id RETURNING 1`);
}

const GOODS = Prisma.sql`
  FROM transfer_order
  JOIN transfer_item item ON item.transfer_order_id = transfer_order.id
  JOIN package_item ON package_item.id = item.package_item_id
  JOIN order_item ON order_item.id = package_item.order_item_id`;
