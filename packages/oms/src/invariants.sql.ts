import { type Database, Prisma } from "@drumline/db";

import { STOCK_BELOW_PROMISED } from "./states/oversold.sql.ts";
import { STOPPED_STATES } from "./states/index.ts";
import { HOLDABLE_STATES, RESERVING_STATES } from "./states/package-states.ts";

export interface BrokenInvariant {
  readonly invariant: string;
  /** The first rows that break it. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

const reserving = Prisma.sql`package.state::text = ANY(${[...RESERVING_STATES]}::text[])`;

/** Items with wanted units that no live package holds. */
const unplacedItems = Prisma.sql`
  SELECT item.id, item.order_id, item.quantity - item.cancelled_quantity AS wanted, coalesce(live.units, 0) AS in_packages
  FROM order_item item
  LEFT JOIN LATERAL (
    SELECT sum(package_item.quantity) AS units
    FROM package_item JOIN package ON package.id = package_item.package_id
    WHERE package_item.order_item_id = item.id AND package.state <> 'CANCELLED' AND package_item.state <> 'CANCELLED'
  ) live ON true
  WHERE item.state NOT IN ('CANCELLATION_WAITING', 'CANCELLED', 'REFUNDED', 'INACTIVE')
    AND item.quantity - item.cancelled_quantity > coalesce(live.units, 0)`;

/**
 * What must hold of the OMS's tables at any moment (oms-domain 8.2): each query returns the rows that break it. The log's
 * order is that of its ids, which are given under the lock of what they tell about; its instants come from many clocks.
 */
export const omsInvariants: Readonly<Record<string, Prisma.Sql>> = {
  // Planning never promises more than there is; the engine may say afterwards that there is less, and a person sees that.
  "reserved units are on hand, or a person is told that they are not": Prisma.sql`
    SELECT reservation.location_id, reservation.product_id, sum(quantity) AS reserved, max(on_hand) AS on_hand
    FROM reservation
    LEFT JOIN stock USING (location_id, product_id)
    WHERE status = 'ACTIVE' AND type IN ('ORDER', 'TRANSFER')
    GROUP BY reservation.location_id, reservation.product_id
    HAVING sum(quantity) > coalesce(max(on_hand), 0) AND NOT EXISTS (
      SELECT FROM problem
      WHERE kind = ${STOCK_BELOW_PROMISED.name} AND ending IS DISTINCT FROM 'BY_ITSELF'
        AND detail ->> 'locationId' = reservation.location_id::text
        AND detail ->> 'productId' = reservation.product_id::text)`,

  "an item of a package before packing is reserved or on its way, unit by unit": Prisma.sql`
    SELECT item.id, item.quantity, coalesce(own.units, 0) AS reserved, coalesce(fetched.units, 0) AS in_transfer
    FROM package_item item
    JOIN package ON package.id = item.package_id
    LEFT JOIN (
      SELECT package_item_id, location_id, sum(quantity) AS units FROM reservation
      WHERE type = 'ORDER' AND status = 'ACTIVE' GROUP BY package_item_id, location_id
    ) own ON own.package_item_id = item.id AND own.location_id = package.location_id
    LEFT JOIN (
      SELECT transfer_item.package_item_id, sum(CASE
        WHEN transfer_order.state IN ('IN_TRANSIT', 'OUT_OF_STOCK') THEN transfer_item.quantity
        ELSE reservation.quantity
      END) AS units
      FROM transfer_item
      JOIN transfer_order ON transfer_order.id = transfer_item.transfer_order_id
      LEFT JOIN reservation ON reservation.transfer_item_id = transfer_item.id AND reservation.status = 'ACTIVE'
        AND reservation.location_id = transfer_order.source_id
      WHERE transfer_order.state NOT IN ('TRANSFERRED', 'CANCELLED')
      GROUP BY transfer_item.package_item_id
    ) fetched ON fetched.package_item_id = item.id
    WHERE ${reserving} AND item.state <> 'CANCELLED' AND item.quantity <> coalesce(own.units, 0) + coalesce(fetched.units, 0)
      AND NOT EXISTS (
        SELECT FROM state_transition_log log
        WHERE log.entity_type = 'package' AND log.entity_id = package.id AND log.command = 'PKG_DEALLOCATE_RESERVATIONS')`,

  "a package past packing, cancelled or in exception reserves nothing": Prisma.sql`
    SELECT reservation.id, package.number, package.state::text
    FROM reservation
    JOIN package_item ON package_item.id = reservation.package_item_id
    JOIN package ON package.id = package_item.package_id
    WHERE reservation.status = 'ACTIVE' AND reservation.type = 'ORDER'
      AND package.state <> 'CANCELLATION_WAITING' AND NOT ${reserving}`,

  "a reservation is for the product and place of what it serves": Prisma.sql`
    SELECT reservation.id
    FROM reservation
    JOIN package_item ON package_item.id = reservation.package_item_id
    JOIN package ON package.id = package_item.package_id
    JOIN order_item ON order_item.id = package_item.order_item_id
    WHERE reservation.status = 'ACTIVE' AND reservation.type = 'ORDER'
      AND (reservation.product_id <> order_item.product_id OR reservation.location_id <> package.location_id)`,

  "no order item is in live packages beyond its quantity": Prisma.sql`
    SELECT item.id, item.quantity, sum(package_item.quantity) AS in_packages
    FROM order_item item
    JOIN package_item ON package_item.order_item_id = item.id
    JOIN package ON package.id = package_item.package_id
    WHERE package.state <> 'CANCELLED' AND package_item.state <> 'CANCELLED'
    GROUP BY item.id, item.quantity
    HAVING sum(package_item.quantity) > item.quantity`,

  "every wanted unit of a planned order is in a live package": Prisma.sql`
    SELECT unplaced.*, plan.state::text FROM (${unplacedItems}) unplaced
    JOIN order_execution_plan plan ON plan.order_id = unplaced.order_id
    WHERE plan.state <> 'START'`,

  "planning is asked for exactly what is in no live package, and will do it": Prisma.sql`
    SELECT plan.id, plan.order_id, orders.state::text
    FROM order_execution_plan plan JOIN orders ON orders.id = plan.order_id
    WHERE plan.state = 'START' AND (
      orders.state IN ('CANCELLED', 'REFUNDED')
      OR NOT EXISTS (SELECT FROM (${unplacedItems}) unplaced WHERE unplaced.order_id = plan.order_id))`,

  "what Omnitron has stopped is held, and only that": Prisma.sql`
    SELECT package.id, package.number, package.state::text, orders.state::text AS order_state
    FROM package JOIN orders ON orders.id = package.order_id
    WHERE orders.state::text = ANY(${[...STOPPED_STATES]}::text[])
      AND package.state::text = ANY(${[...HOLDABLE_STATES]}::text[])
      AND NOT EXISTS (
        SELECT FROM shipment WHERE shipment.package_id = package.id AND shipment.status NOT IN ('CREATED', 'DELETED'))`,

  "a package and its items belong to one order": Prisma.sql`
    SELECT package_item.id
    FROM package_item
    JOIN package ON package.id = package_item.package_id
    JOIN order_item ON order_item.id = package_item.order_item_id
    JOIN order_execution_plan plan ON plan.id = package.plan_id
    WHERE order_item.order_id <> package.order_id OR plan.order_id <> package.order_id`,

  "a package's state is the one its log ends with": Prisma.sql`
    SELECT package.id, package.state::text, last.new_state
    FROM package
    LEFT JOIN LATERAL (
      SELECT new_state FROM state_transition_log
      WHERE entity_type = 'package' AND entity_id = package.id ORDER BY id DESC LIMIT 1
    ) last ON true
    WHERE last.new_state IS DISTINCT FROM package.state::text`,

  "no package left a final state": Prisma.sql`
    SELECT id, entity_id, old_state, new_state FROM state_transition_log
    WHERE entity_type = 'package' AND old_state IN ('DELIVERED', 'CANCELLED') AND new_state <> old_state`,

  "a package on its way is delivered when its parcel is": Prisma.sql`
    SELECT package.id, package.number, package.state::text, shipment.id AS shipment
    FROM package JOIN shipment ON shipment.package_id = package.id
    WHERE package.state IN ('SHIPPED', 'READY_FOR_PICKUP', 'ATTEMPTED_DELIVERY', 'DELIVERY_FAILED')
      AND shipment.status = 'DELIVERED'`,

  "the parcel of something cancelled is gone, wanted back or on its way": Prisma.sql`
    SELECT shipment.id, package.number AS package, transfer_order.number AS transfer
    FROM shipment
    LEFT JOIN package ON package.id = shipment.package_id
    LEFT JOIN transfer_order ON transfer_order.id = shipment.transfer_order_id
    WHERE shipment.status = 'CREATED' AND shipment.wanted_back_at IS NULL
      AND (package.state = 'CANCELLED' OR transfer_order.state = 'CANCELLED')`,

  "only units that left are awaited in the engine's level": Prisma.sql`
    SELECT id, status::text, awaited_units FROM reservation WHERE awaited_units > 0 AND status <> 'CONSUMED'`,

  "an order whose every unit is delivered is delivered, one that is cancelled has none left": Prisma.sql`
    SELECT orders.id, orders.number, orders.state::text, units.wanted, units.delivered
    FROM orders
    JOIN order_execution_plan plan ON plan.order_id = orders.id
    JOIN LATERAL (
      -- What is packed for a refund never leaves, and is waited for no more.
      SELECT sum(item.quantity - item.cancelled_quantity - coalesce((
          SELECT sum(package_item.quantity)
          FROM package_item JOIN package ON package.id = package_item.package_id
          WHERE package_item.order_item_id = item.id AND package.state = 'PACKED_FOR_REFUND'
            AND package_item.state <> 'CANCELLED'), 0)) AS wanted,
        coalesce(sum((
          SELECT sum(package_item.quantity)
          FROM package_item JOIN package ON package.id = package_item.package_id
          WHERE package_item.order_item_id = item.id AND package.state = 'DELIVERED'
            AND package_item.state <> 'CANCELLED')), 0) AS delivered
      FROM order_item item
      WHERE item.order_id = orders.id AND item.state NOT IN ('REFUNDED', 'CANCELLATION_WAITING', 'INACTIVE', 'CANCELLED')
    ) units ON true
    WHERE orders.state <> 'REFUNDED' AND orders.state::text <> ALL(${[...STOPPED_STATES]}::text[])
      AND (((orders.state = 'DELIVERED') <> (units.wanted > 0 AND units.delivered = units.wanted))
        OR (orders.state = 'CANCELLED' AND units.wanted > 0))`,

  "units are cancelled as often as cancellation plans say": Prisma.sql`
    SELECT item.id, item.cancelled_quantity, wished.units
    FROM order_item item
    JOIN LATERAL (
      SELECT sum(done_quantity - returned_quantity) AS units
      FROM cancellation_plan_item wish WHERE wish.order_item_id = item.id
    ) wished ON true
    WHERE wished.units IS NOT NULL AND wished.units <> item.cancelled_quantity`,

  "Omnitron was told the state an order is in, or has told us": Prisma.sql`
    SELECT orders.id, orders.number, orders.state::text, told.body ->> 'order_status' AS told, remote_status
    FROM orders
    JOIN LATERAL (
      SELECT body FROM omnitron_message message
      WHERE message.order_id = orders.id AND message.path LIKE '/api/i1/orders/%' ORDER BY id DESC LIMIT 1
    ) told ON true
    JOIN LATERAL (
      SELECT CASE orders.state
        WHEN 'CANCELLATION_WAITING' THEN '50' WHEN 'CANCELLED' THEN '100' WHEN 'WAITING' THEN '200'
        WHEN 'PAYMENT_WAITING' THEN '300' WHEN 'CONFIRMATION_WAITING' THEN '350' WHEN 'APPROVED' THEN '400'
        WHEN 'INACTIVE' THEN '425' WHEN 'PREPARING' THEN '450' WHEN 'SHIPPED' THEN '500'
        WHEN 'READY_FOR_PICKUP' THEN '520' WHEN 'ATTEMPTED_DELIVERY' THEN '540' WHEN 'DELIVERED' THEN '550'
        WHEN 'REFUNDED' THEN '600' END AS code
    ) is_in ON true
    WHERE told.body ->> 'order_status' <> is_in.code AND remote_status <> is_in.code
      AND NOT (orders.state = 'CANCELLATION_WAITING' AND remote_status IN ('100', '600'))`,

  // Of packages whose events are kept: RETENTION_EVENTS_DAYS.
  "every package was announced": Prisma.sql`
    SELECT id FROM package
    EXCEPT
    SELECT entity_id FROM event_queue WHERE event_type = 'package.created' AND entity_type = 'package'`,
};

const MOST_ROWS = 10;

/** The invariants that do not hold, each with rows that show it; none is what everybody wants to see. */
export async function findBrokenInvariants(db: Database): Promise<BrokenInvariant[]> {
  const broken: BrokenInvariant[] = [];
  for (const [invariant, query] of Object.entries(omsInvariants)) {
    const rows = await db.$queryRaw<Record<string, unknown>[]>(
      Prisma.sql`SELECT * FROM (${query}) broken LIMIT ${MOST_ROWS}`,
    );
    if (rows.length > 0) broken.push({ invariant, rows });
  }
  return broken;
}
