import { type Database, enums, Prisma } from "@drumline/db";
import { z } from "zod";

import { EXCEPTION_STATES } from "../states/package-states.ts";
import { toInstantText } from "./packages.sql.ts";

/** An order in a list; the SQL below answers exactly this. */
export const orderSummarySchema = z
  .object({
    id: z.string(),
    number: z.string(),
    channel: z.string(),
    state: z.enum(enums.OrderState),
    remoteStatus: z.string().describe("Omnitron's own status code."),
    placedAt: z.iso.datetime(),
    currency: z.string(),
    amountMinor: z.string().describe("In the currency's smallest unit."),
    plan: z.enum(enums.PlanState).nullable().describe("Null while the order was never planned."),
    attempts: z.int().describe("How often it was planned."),
    units: z.int().describe("Ordered, less those cancelled."),
    packages: z
      .array(z.object({ number: z.string(), state: z.enum(enums.PackageState), location: z.string() }))
      .readonly(),
    openProblems: z.int(),
  })
  .meta({ id: "OmsOrderSummary" });

export type OrderSummary = z.output<typeof orderSummarySchema>;

/** What is left out does not matter. */
export interface OrderFilter {
  /** Number or its beginning, or the whole number of a package, a transfer or a parcel. */
  readonly find?: string | undefined;
  readonly number?: string | undefined;
  readonly package?: string | undefined;
  readonly tracking?: string | undefined;
  readonly channel?: string | undefined;
  readonly state?: string | undefined;
  readonly plan?: string | undefined;
  /** A package of it waits for stock or a decision. */
  readonly short?: boolean | undefined;
  readonly problem?: boolean | undefined;
}

/** Newest first, from the one before the id `before` on. */
export async function loadOrders(
  db: Database,
  filter: OrderFilter,
  before: bigint | null,
  limit: number,
): Promise<OrderSummary[]> {
  const found = await db.$queryRaw<{ id: bigint }[]>(Prisma.sql`
    SELECT orders.id FROM orders
    WHERE ${before === null ? Prisma.sql`true` : Prisma.sql`orders.id < ${before}`} AND ${conditionOf(filter)}
    ORDER BY orders.id DESC LIMIT ${limit}`);
  return await loadSummaries(
    db,
    found.map(({ id }) => id),
  );
}

/** Of these ids, newest first. */
export async function loadSummaries(db: Database, ids: readonly bigint[]): Promise<OrderSummary[]> {
  const rows = await db.$queryRaw<{ view: OrderSummary }[]>(Prisma.sql`
    ${SUMMARY} WHERE orders.id = ANY(${[...ids]}::bigint[]) ORDER BY orders.id DESC`);
  return rows.map(({ view }) => view);
}

const MOST_COUNTED = 10_000;

/** How many there are, no further than `MOST_COUNTED`. */
export async function countOrders(db: Database, filter: OrderFilter): Promise<{ count: number; exact: boolean }> {
  const [row] = await db.$queryRaw<[{ count: number }]>(Prisma.sql`
    SELECT count(*)::int AS count FROM (
      SELECT FROM orders WHERE ${conditionOf(filter)} LIMIT ${MOST_COUNTED + 1}) AS counted`);
  return { count: Math.min(row.count, MOST_COUNTED), exact: row.count <= MOST_COUNTED };
}

/** All channels, for a choice among them. */
export const loadChannels = (db: Database): Promise<{ name: string }[]> =>
  db.channel.findMany({ select: { name: true }, distinct: ["name"], orderBy: { name: "asc" }, take: 500 });

/** Each condition only where it is asked for: an index of its own serves it. */
function conditionOf(filter: OrderFilter): Prisma.Sql {
  const conditions = [
    filter.find === undefined ? null : isFoundBy(filter.find),
    filter.number === undefined ? null : Prisma.sql`orders.number = ${filter.number}`,
    filter.package === undefined
      ? null
      : Prisma.sql`orders.id IN (SELECT order_id FROM package WHERE number = ${filter.package})`,
    filter.tracking === undefined ? null : Prisma.sql`orders.id IN (${ordersOfParcel(filter.tracking)})`,
    filter.channel === undefined
      ? null
      : Prisma.sql`orders.channel_id IN (SELECT id FROM channel WHERE name = ${filter.channel})`,
    filter.state === undefined ? null : Prisma.sql`orders.state = ${filter.state}::order_state`,
    filter.plan === undefined
      ? null
      : Prisma.sql`orders.id IN (SELECT order_id FROM order_execution_plan WHERE state = ${filter.plan}::plan_state)`,
    filter.short === undefined ? null : not(filter.short, IS_SHORT),
    filter.problem === undefined ? null : not(filter.problem, HAS_PROBLEM),
  ].filter((condition) => condition !== null);
  return conditions.length === 0 ? Prisma.sql`true` : Prisma.join(conditions, " AND ");
}

const not = (wanted: boolean, condition: Prisma.Sql): Prisma.Sql =>
  wanted ? condition : Prisma.sql`NOT (${condition})`;

const isFoundBy = (text: string): Prisma.Sql => Prisma.sql`orders.id IN (
  SELECT id FROM orders WHERE number LIKE ${`${text.replaceAll(/[\\%_]/g, "\\$&")}%`}
  UNION ALL SELECT order_id FROM package WHERE number = ${text}
  UNION ALL SELECT order_id FROM transfer_order WHERE number = ${text}
  UNION ALL ${ordersOfParcel(text)})`;

const ordersOfParcel = (tracking: string): Prisma.Sql => Prisma.sql`
  SELECT coalesce(package.order_id, transfer.order_id) FROM shipment
  LEFT JOIN package ON package.id = coalesce(shipment.package_id, shipment.replaced_package_id)
  LEFT JOIN transfer_order transfer ON transfer.id = shipment.transfer_order_id
  WHERE shipment.tracking_number = ${tracking} AND coalesce(package.order_id, transfer.order_id) IS NOT NULL`;

const IS_SHORT = Prisma.sql`orders.id IN (
  SELECT order_id FROM package WHERE package.state IN (${Prisma.raw(EXCEPTION_STATES.map((state) => `'${state}'`).join(", "))}))`;

/** What is open is little beside all orders: found from there. */
const HAS_PROBLEM = Prisma.sql`orders.id IN (
  SELECT hit.id FROM problem JOIN orders hit
    ON hit.number = problem.subject_key AND problem.subject_type = 'order'
    WHERE problem.closed_at IS NULL
  UNION ALL SELECT hit.id FROM problem JOIN orders hit
    ON hit.omnitron_id::text = problem.subject_key AND problem.subject_type = 'omnitron.orders'
    WHERE problem.closed_at IS NULL
  UNION ALL SELECT package.order_id FROM problem JOIN package ON package.number = problem.subject_key
    WHERE problem.closed_at IS NULL AND problem.subject_type = 'package'
  UNION ALL SELECT transfer.order_id FROM problem JOIN transfer_order transfer ON transfer.number = problem.subject_key
    WHERE problem.closed_at IS NULL AND problem.subject_type LIKE 'transfer%')`;

/** Parcels of an order; each part in the words of a partial index. */
export const shipmentIdsOf = (order: Prisma.Sql): Prisma.Sql => {
  const packages = Prisma.sql`ARRAY(SELECT id FROM package WHERE order_id = ${order}.id)`;
  const transfers = Prisma.sql`ARRAY(SELECT id FROM transfer_order WHERE order_id = ${order}.id)`;
  return Prisma.sql`
    SELECT id FROM shipment WHERE package_id = ANY(${packages}) AND status <> 'DELETED'
    UNION ALL SELECT id FROM shipment WHERE package_id = ANY(${packages}) AND status = 'DELETED'
    UNION ALL SELECT id FROM shipment WHERE transfer_order_id = ANY(${transfers}) AND status <> 'DELETED'
    UNION ALL SELECT id FROM shipment WHERE transfer_order_id = ANY(${transfers}) AND status = 'DELETED'`;
};

/** Whether a row of `problem` is about an order, or about a part of it. */
export const isAbout = (order: Prisma.Sql): Prisma.Sql => Prisma.sql`problem.context = 'oms' AND (
  (problem.subject_key = ${order}.omnitron_id::text AND problem.subject_type = 'omnitron.orders')
  OR problem.subject_key IN (
    SELECT ${order}.number UNION ALL SELECT number FROM package WHERE order_id = ${order}.id
    UNION ALL SELECT number FROM transfer_order WHERE order_id = ${order}.id
    UNION ALL SELECT carrier_code || ' ' || tracking_number FROM shipment
      WHERE shipment.id IN (${shipmentIdsOf(order)})))`;

const SUMMARY = Prisma.sql`
  SELECT jsonb_build_object(
    'id', orders.id::text, 'number', orders.number, 'channel', channel.name, 'state', orders.state,
    'remoteStatus', orders.remote_status, 'placedAt', ${toInstantText(Prisma.sql`orders.placed_at`)},
    'currency', orders.currency, 'amountMinor', orders.amount_minor::text, 'plan', plan.state,
    'attempts', coalesce(plan.attempts, 0),
    'units', (SELECT coalesce(sum(quantity - cancelled_quantity), 0) FROM order_item WHERE order_id = orders.id),
    'packages', coalesce((
      SELECT jsonb_agg(jsonb_build_object('number', package.number, 'state', package.state, 'location', location.erp_code)
        ORDER BY package.id)
      FROM package JOIN stock_location location ON location.id = package.location_id
      WHERE package.order_id = orders.id), '[]'),
    'openProblems', (SELECT count(*) FROM problem WHERE problem.closed_at IS NULL AND ${isAbout(Prisma.sql`orders`)})) AS view
  FROM orders
  JOIN channel ON channel.id = orders.channel_id
  LEFT JOIN order_execution_plan plan ON plan.order_id = orders.id`;
