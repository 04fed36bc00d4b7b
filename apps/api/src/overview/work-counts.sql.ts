import { type Database, Prisma } from "@drumline/db";

export interface StateCount {
  readonly state: string;
  readonly count: number;
}

/** Orders and packages by state. */
export async function loadWorkByState(
  db: Database,
): Promise<{ orders: StateCount[]; packages: StateCount[]; planned: number }> {
  const rows = await db.$queryRaw<
    { kind: "orders" | "packages" | "planned"; state: string; count: bigint }[]
  >(Prisma.sql`
    SELECT 'orders' AS kind, state::text, count(*) FROM orders GROUP BY state
    UNION ALL SELECT 'packages', state::text, count(*) FROM package GROUP BY state
    UNION ALL SELECT 'planned', '', count(*) FROM order_execution_plan
    ORDER BY kind, state`);
  const of = (kind: string) =>
    rows.filter((row) => row.kind === kind).map(({ state, count }) => ({ state, count: Number(count) }));
  return { orders: of("orders"), packages: of("packages"), planned: of("planned")[0]?.count ?? 0 };
}

/** Runs that are open now, and those that were created within the last hour, by status: both are index ranges. */
export async function loadRunsByStatus(
  db: Database,
  now: Date,
): Promise<{ open: StateCount[]; lastHour: StateCount[] }> {
  const rows = await db.$queryRaw<{ window: "open" | "hour"; state: string; count: bigint }[]>(Prisma.sql`
    SELECT 'open' AS window, status::text AS state, count(*) FROM run WHERE status IN ('SCHEDULED', 'PROCESSING') GROUP BY status
    UNION ALL SELECT 'hour', status::text, count(*) FROM run
    WHERE created_at > ${now}::timestamptz - interval '1 hour' GROUP BY status`);
  const of = (window: string) =>
    rows.filter((row) => row.window === window).map(({ state, count }) => ({ state, count: Number(count) }));
  return { open: of("open"), lastHour: of("hour") };
}
