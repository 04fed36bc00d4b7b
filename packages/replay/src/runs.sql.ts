import { type Database, Prisma } from "@drumline/db";

export interface TaskFigures {
  readonly task: string;
  readonly runs: number;
  readonly finished: number;
  /** Ended otherwise. */
  readonly failed: number;
  /** Tries after the first. */
  readonly retries: number;
  readonly problems: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

export async function loadTaskFigures(db: Database): Promise<TaskFigures[]> {
  return await db.$queryRaw<TaskFigures[]>(Prisma.sql`
    SELECT task, count(*)::int AS runs,
      count(*) FILTER (WHERE status = 'FINISHED')::int AS finished,
      count(*) FILTER (WHERE status <> 'FINISHED')::int AS failed,
      sum(greatest(attempt - 1, 0))::int AS retries,
      sum(problem_count)::int AS problems,
      round(percentile_cont(0.5) WITHIN GROUP (ORDER BY took))::int AS "p50Ms",
      round(percentile_cont(0.95) WITHIN GROUP (ORDER BY took))::int AS "p95Ms"
    FROM (SELECT *, extract(epoch FROM finished_at - started_at)::float8 * 1000 AS took FROM run) run
    GROUP BY task ORDER BY sum(took) DESC NULLS LAST`);
}

/** Two counts, each over its own small index. */
export async function countOpenRuns(db: Database): Promise<number> {
  const [row] = await db.$queryRaw<[{ open: number }]>(Prisma.sql`
    SELECT ((SELECT count(*) FROM run WHERE status = 'SCHEDULED')
      + (SELECT count(*) FROM run WHERE status = 'PROCESSING'))::int AS open`);
  return row.open;
}
