import { type Database, Prisma } from "@drumline/db";

export interface WorkCounts {
  readonly ordersPulled: bigint;
  readonly ordersPlanned: bigint;
  /** All but the cancelled ones. */
  readonly packages: bigint;
}

/** Three counts in one round trip: some milliseconds for a million orders. */
export async function loadWorkCounts(db: Database): Promise<WorkCounts> {
  const [counts] = await db.$queryRaw<WorkCounts[]>(Prisma.sql`
    SELECT (SELECT count(*) FROM orders) AS "ordersPulled",
           (SELECT count(*) FROM order_execution_plan) AS "ordersPlanned",
           (SELECT count(*) FROM package WHERE state <> 'CANCELLED') AS "packages"`);
  return counts!;
}
