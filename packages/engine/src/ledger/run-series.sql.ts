import { type Database, Prisma, type Transaction } from "@drumline/db";

/** What ended within one step of time. */
export interface RunSeriesStep {
  /** The first is 0. */
  readonly step: number;
  readonly finished: number;
  /** Timed out ones included. */
  readonly failed: number;
  readonly cancelled: number;
  readonly skipped: number;
  readonly missed: number;
  /** How long after its due instant the run in the middle began; null where none was due. */
  readonly lateP50Ms: number | null;
  readonly lateP99Ms: number | null;
}

/** Runs by the step in which they ended, from `from` on; steps without any are left out. */
export function loadRunSeries(
  db: Database | Transaction,
  { from, until, stepMs }: { readonly from: Date; readonly until: Date; readonly stepMs: number },
): Promise<RunSeriesStep[]> {
  const count = (...statuses: string[]) =>
    Prisma.sql`count(*) FILTER (WHERE status = ANY(${statuses}::run_status[]))::int`;
  return db.$queryRaw(Prisma.sql`
    SELECT step, finished, failed, cancelled, skipped, missed, late[1] AS "lateP50Ms", late[2] AS "lateP99Ms" FROM (
      SELECT floor(extract(epoch FROM finished_at - ${from}::timestamptz) * 1000 / ${stepMs}::float8)::int AS step,
        ${count("FINISHED")} AS finished, ${count("FAILED", "TIMED_OUT")} AS failed, ${count("CANCELLED")} AS cancelled,
        ${count("SKIPPED")} AS skipped, ${count("MISSED")} AS missed,
        percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (
          ORDER BY greatest(0, extract(epoch FROM started_at - due_at) * 1000)::float8) FILTER (WHERE started_at IS NOT NULL AND due_at IS NOT NULL) AS late
      FROM run WHERE finished_at >= ${from}::timestamptz AND finished_at < ${until}::timestamptz
      GROUP BY step) AS steps
    ORDER BY step`);
}
