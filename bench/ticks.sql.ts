import { type Database, Prisma } from "@drumline/db";

/** Rows as an API would make them, their anchors spread over one interval or all at one instant. */
export async function insertSpreadSchedules(
  db: Database,
  { schedules, everyMs, spread }: { schedules: number; everyMs: number; spread: boolean },
): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    INSERT INTO schedule (id, key, source, task, args, trigger_kind, every_ms, timeout_ms, anchor_at, content_hash, missed, overlap)
    SELECT gen_random_uuid(), 'bench-' || n, 'API', 'bench.noop', jsonb_build_object('n', n), 'INTERVAL', ${everyMs}, 60000,
      date_trunc('second', now()) + CASE WHEN ${spread} THEN n * ${everyMs / schedules} * interval '1 ms' ELSE interval '0' END, 'bench', 'skip', 'allow'
    FROM generate_series(0, ${schedules - 1}::int) AS n`);
}

export interface Lateness {
  readonly due: number;
  readonly ran: number;
  readonly twice: number;
  readonly planned_p50: number;
  readonly planned_p99: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Every occurrence the anchors call for in the window, beside the runs that were there for it. */
export async function loadLateness(
  db: Database,
  { from, until, everyMs }: { from: Date; until: Date; everyMs: number },
): Promise<Lateness> {
  const [row] = await db.$queryRaw<Lateness[]>(Prisma.sql`
    WITH due AS (
      SELECT s.id, s.anchor_at + i * ${everyMs} * interval '1 ms' AS due_at
      FROM schedule AS s, generate_series(1, 1000) AS i
      WHERE s.anchor_at + i * ${everyMs} * interval '1 ms' > ${from} AND s.anchor_at + i * ${everyMs} * interval '1 ms' <= ${until}),
    ran AS (
      SELECT run.attempt, extract(epoch FROM run.created_at - run.due_at)::float8 * 1000 AS planned_ms, extract(epoch FROM run.started_at - run.due_at)::float8 * 1000 AS late_ms
      FROM due JOIN run ON run.schedule_id = due.id AND run.due_at = due.due_at AND run.status = 'FINISHED')
    SELECT (SELECT count(*)::int FROM due) AS due, count(*)::int AS ran, (count(*) FILTER (WHERE attempt > 1))::int AS twice,
      coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY planned_ms), 0) AS planned_p50,
      coalesce(percentile_cont(0.99) WITHIN GROUP (ORDER BY planned_ms), 0) AS planned_p99,
      coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY late_ms), 0) AS p50,
      coalesce(percentile_cont(0.99) WITHIN GROUP (ORDER BY late_ms), 0) AS p99, coalesce(max(late_ms), 0) AS max
    FROM ran`);
  return row!;
}
