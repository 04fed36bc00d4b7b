import { type Database, Prisma } from "@drumline/db";

/** An order as the OMS holds it, with where its units are and what is open about it. */
export interface OrderSeen {
  readonly number: string;
  readonly state: string;
  readonly shippingOption: string | null;
  readonly address: Readonly<Record<string, unknown>>;
  readonly items: readonly ItemSeen[];
  /** Open problems about it, its packages and its cancellation plans. */
  readonly problems: readonly string[];
  /** Messages that Omnitron has not got yet. */
  readonly unsent: number;
  readonly openPlans: number;
}

export interface ItemSeen {
  readonly pk: number;
  readonly sku: string;
  readonly quantity: number;
  readonly cancelled: number;
  readonly state: string;
  readonly priceMinor: number;
  readonly live: readonly LiveUnits[];
}

/** Units in a package that is not cancelled. */
export interface LiveUnits {
  readonly package: string;
  readonly state: string;
  readonly units: number;
  readonly isTriedAgain: boolean;
  /** Some location has all of them to promise, and no discrepancy of the product. */
  readonly isInStock: boolean;
}

/** A cancellation plan as the OMS holds it. */
export interface PlanSeen {
  readonly pk: number;
  readonly order: string;
  readonly status: string;
  readonly items: readonly { readonly pk: number; readonly quantity: number; readonly done: number }[];
}

export interface RunSeen {
  readonly task: string;
  readonly status: string;
  readonly error: string | null;
}

export async function loadOrdersSeen(db: Database): Promise<OrderSeen[]> {
  return await db.$queryRaw<OrderSeen[]>(Prisma.sql`
    SELECT orders.number, orders.state::text AS state, shipping_option AS "shippingOption", address,
      coalesce((
        SELECT jsonb_agg(jsonb_build_object(
          'pk', item.omnitron_id, 'sku', product.sku, 'quantity', item.quantity, 'cancelled', item.cancelled_quantity,
          'state', item.state, 'priceMinor', item.price_minor,
          'live', coalesce((
            SELECT jsonb_agg(jsonb_build_object(
              'package', package.number, 'state', package.state, 'units', package_item.quantity,
              'isTriedAgain', package.next_replan_at IS NOT NULL, 'isInStock', EXISTS (
                SELECT FROM stock JOIN stock_location location ON location.id = stock.location_id
                LEFT JOIN LATERAL (
                  SELECT sum(reservation.quantity) AS units, bool_or(type = 'INVENTORY_DISCREPANCY') AS "isBlocked"
                  FROM reservation
                  WHERE reservation.location_id = stock.location_id AND reservation.product_id = stock.product_id
                    AND status = 'ACTIVE'
                ) promised ON true
                WHERE stock.product_id = item.product_id AND is_active AND is_fulfillment_center
                  AND "isBlocked" IS NOT TRUE
                  AND on_hand - safety_stock - coalesce(promised.units, 0) >= package_item.quantity)))
            FROM package_item JOIN package ON package.id = package_item.package_id
            WHERE package_item.order_item_id = item.id AND package.state <> 'CANCELLED'
              AND package_item.state <> 'CANCELLED'), '[]')) ORDER BY item.id)
        FROM order_item item JOIN product ON product.id = item.product_id
        WHERE item.order_id = orders.id), '[]') AS items,
      ARRAY(
        SELECT kind || ': ' || reason FROM problem
        WHERE closed_at IS NULL AND (
          subject_key = orders.number
          OR (subject_type = 'omnitron.orders' AND subject_key = orders.omnitron_id::text)
          OR subject_key IN (SELECT number FROM package WHERE package.order_id = orders.id)
          OR subject_key IN (SELECT omnitron_id::text FROM cancellation_plan wish WHERE wish.order_id = orders.id))
      ) AS problems,
      (SELECT count(*)::int FROM omnitron_message message
        WHERE message.order_id = orders.id AND sent_at IS NULL AND given_up_at IS NULL) AS unsent,
      (SELECT count(*)::int FROM cancellation_plan wish
        WHERE wish.order_id = orders.id AND status IN ('WAITING', 'PROCESSING')) AS "openPlans"
    FROM orders ORDER BY orders.id`);
}

export async function loadPlansSeen(db: Database): Promise<PlanSeen[]> {
  return await db.$queryRaw<PlanSeen[]>(Prisma.sql`
    SELECT omnitron_id::float8 AS pk, order_number AS "order", status::text AS status,
      coalesce((
        SELECT jsonb_agg(jsonb_build_object('pk', omnitron_item_id, 'quantity', quantity, 'done', done_quantity))
        FROM cancellation_plan_item item WHERE item.plan_id = plan.id), '[]') AS items
    FROM cancellation_plan plan ORDER BY id`);
}

/** Subjects of open problems, those of records that could not be taken in among them. */
export async function loadRefusedRecords(db: Database): Promise<ReadonlySet<string>> {
  const rows = await db.$queryRaw<{ key: string }[]>(Prisma.sql`
    SELECT subject_type || ' ' || subject_key AS key FROM problem WHERE closed_at IS NULL`);
  return new Set(rows.map(({ key }) => key));
}

/** Runs that are open, or that ended otherwise than they should. */
export async function loadRunsSeen(db: Database): Promise<RunSeen[]> {
  return await db.$queryRaw<RunSeen[]>(Prisma.sql`
    SELECT task, status::text AS status, error::text AS error FROM run
    WHERE status IN ('SCHEDULED', 'PROCESSING', 'FAILED', 'TIMED_OUT')`);
}

/** Numbers of orders that have a package in one of these states. */
export async function loadOrdersWithPackages(db: Database, states: readonly string[]): Promise<string[]> {
  const rows = await db.$queryRaw<{ number: string }[]>(Prisma.sql`
    SELECT DISTINCT orders.number FROM package JOIN orders ON orders.id = package.order_id
    WHERE package.state::text = ANY(${[...states]}::text[]) ORDER BY orders.number`);
  return rows.map(({ number }) => number);
}

/** When a state changed last, by the clock of the tasks. */
export async function loadLastTransition(db: Database): Promise<bigint> {
  const [row] = await db.$queryRaw<[{ last: bigint }]>(Prisma.sql`
    SELECT coalesce(max(id), 0) AS last FROM state_transition_log`);
  return row.last;
}

/** Whether some row of the OMS is still claimed by a run. */
export async function isAnyClaimed(db: Database): Promise<boolean> {
  const [row] = await db.$queryRaw<[{ found: boolean }]>(Prisma.sql`
    SELECT EXISTS (SELECT FROM orders WHERE claimed_until > now())
      OR EXISTS (SELECT FROM shipment WHERE claimed_until > now())
      OR EXISTS (SELECT FROM cancellation_plan WHERE claimed_until > now())
      OR EXISTS (SELECT FROM omnitron_message WHERE claimed_until > now()) AS found`);
  return row.found;
}

/** How many packages and transfers are in which state. */
export async function loadStateCounts(db: Database): Promise<Readonly<Record<string, number>>> {
  const rows = await db.$queryRaw<{ state: string; count: number }[]>(Prisma.sql`
    SELECT 'package ' || state::text AS state, count(*)::int AS count FROM package GROUP BY state
    UNION ALL SELECT 'transfer ' || state::text, count(*)::int FROM transfer_order GROUP BY state
    UNION ALL SELECT 'plan ' || status::text, count(*)::int FROM cancellation_plan GROUP BY status
    UNION ALL SELECT 'order ' || state::text, count(*)::int FROM orders GROUP BY state ORDER BY 1`);
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}
