import { type Database, Prisma, type StateCount } from "@drumline/db";
import { RUN_STATUSES } from "@drumline/engine";

export interface RunCounts {
  readonly open: readonly StateCount[];
  readonly lastHour: readonly StateCount[];
}

/** Beyond it a count would cost more than anyone learns from it. */
const MOST_COUNTED = 100_000;
const OPEN: readonly string[] = ["SCHEDULED", "PROCESSING"];

/** Runs that are open now, and those that were created within the last hour, by status; each counted up to 100,000. */
export async function loadRunCounts(db: Database, now: Date): Promise<RunCounts> {
  const rows = await db.$queryRaw<{ window: "open" | "hour"; state: string; count: bigint }[]>(
    runCountsOf(now, MOST_COUNTED),
  );
  const of = (window: string) =>
    rows
      .filter((row) => row.window === window && row.count > 0n)
      .map(({ state, count }) => ({ state, count: Number(count) }));
  return { open: of("open"), lastHour: of("hour") };
}

/** @returns SQL that reads ranges of one index (hence the order), each no further than `limit` rows */
export function runCountsOf(now: Date, limit: number): Prisma.Sql {
  const count = (window: string, status: string, condition: Prisma.Sql) => Prisma.sql`
    SELECT ${window}::text AS window, ${status}::text AS state, count(*) FROM (
      SELECT 1 FROM run WHERE status = ${Prisma.raw(`'${status}'`)}::run_status ${condition} ORDER BY created_at LIMIT ${limit}) AS first`;
  const lastHour = Prisma.sql`AND created_at > ${now}::timestamptz - interval '1 hour'`;
  return Prisma.join(
    [
      ...OPEN.map((status) => count("open", status, Prisma.empty)),
      ...RUN_STATUSES.map((status) => count("hour", status, lastHour)),
    ],
    " UNION ALL ",
  );
}
