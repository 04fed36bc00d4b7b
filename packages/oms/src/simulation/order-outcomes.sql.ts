import { type Database, Prisma } from "@drumline/db";

/** What the OMS made of an order. */
export interface OrderOutcome {
  readonly number: string;
  readonly state: string;
  readonly isPlanned: boolean;
  /** States of its packages, each once and sorted; CANCELLED only where every one is. */
  readonly packages: readonly string[];
  /** How often it was reported as one that cannot be planned. */
  readonly problems: number;
}

/** Whether an order was ever imported. */
export async function hasOrders(db: Database): Promise<boolean> {
  const [row] = await db.$queryRaw<[{ found: boolean }]>(Prisma.sql`SELECT EXISTS (SELECT FROM orders) AS found`);
  return row.found;
}

/** Of every order, by its number. */
export async function loadOrderOutcomes(db: Database): Promise<ReadonlyMap<string, OrderOutcome>> {
  const rows = await db.$queryRaw<OrderOutcome[]>(Prisma.sql`
    SELECT orders.number, orders.state::text AS state,
      EXISTS (SELECT FROM order_execution_plan plan WHERE plan.order_id = orders.id) AS "isPlanned",
      coalesce(own.live, own.all, '{}') AS packages,
      (SELECT count(*)::int FROM problem
        WHERE subject_type = 'omnitron.orders' AND subject_key = orders.omnitron_id::text AND closed_at IS NULL) AS problems
    FROM orders
    LEFT JOIN LATERAL (
      SELECT array_agg(DISTINCT state::text ORDER BY state::text) FILTER (WHERE state <> 'CANCELLED') AS live,
        array_agg(DISTINCT state::text) AS all
      FROM package WHERE package.order_id = orders.id
    ) own ON true`);
  return new Map(rows.map((row) => [row.number, row]));
}
