import { DAY_MS } from "@drumline/core/clock";
import { type Database, Prisma, type Transaction } from "@drumline/db";

import { planRunOrder, type RunFilter, toRunConditions } from "./run-filter.sql.ts";

/** How many runs a filter has. */
export interface RunCount {
  readonly count: number;
  /** `exact`; `atLeast`, where the count stopped; `estimated`, where PostgreSQL's statistics were asked. */
  readonly kind: "exact" | "atLeast" | "estimated";
}

/** A count over more than a day stops here: nobody needs to know how many more there are. */
export const MOST_COUNTED = 10_000;

/** Exact within a day, up to `MOST_COUNTED` beyond it, and an estimate of all there are. */
export async function countRuns(db: Database | Transaction, filter: RunFilter, now: Date): Promise<RunCount> {
  if (isEmpty(filter)) return countAll(db);
  const conditions = await toRunConditions(db, filter, now);
  if (conditions === null) return { count: 0, kind: "exact" };
  const rows = Prisma.sql`SELECT FROM run WHERE ${Prisma.join(conditions, " AND ")}`;
  const limited = isWithinDay(filter, now) ? rows : Prisma.sql`${rows} LIMIT ${MOST_COUNTED + 1}`;
  const [row] = await db.$queryRaw<{ count: number }[]>(
    Prisma.sql`SELECT count(*)::int AS count FROM (${limited}) AS found`,
  );
  const { count } = row!;
  if (count <= MOST_COUNTED || isWithinDay(filter, now)) return { count, kind: "exact" };
  return { count: MOST_COUNTED, kind: "atLeast" };
}

/** The order filters nothing by itself, unless its instant may be missing. */
const isEmpty = (filter: RunFilter): boolean =>
  planRunOrder(filter) === "created" &&
  Object.entries(filter).every(([name, value]) => value === undefined || name === "by");

function isWithinDay({ from, to }: RunFilter, now: Date): boolean {
  return from !== undefined && Math.min((to ?? now).getTime(), now.getTime()) - from.getTime() <= DAY_MS;
}

async function countAll(db: Database | Transaction): Promise<RunCount> {
  const [row] = await db.$queryRaw<{ estimate: number }[]>(Prisma.sql`
    SELECT reltuples::float8 AS estimate FROM pg_class WHERE oid = to_regclass('run')`);
  const { estimate } = row!;
  if (estimate > MOST_COUNTED) return { count: Math.round(estimate), kind: "estimated" };
  const [counted] = await db.$queryRaw<{ count: number }[]>(Prisma.sql`
    SELECT count(*)::int AS count FROM (SELECT FROM run LIMIT ${10 * MOST_COUNTED}) AS first`);
  const { count } = counted!;
  return { count, kind: count < 10 * MOST_COUNTED ? "exact" : "atLeast" };
}
