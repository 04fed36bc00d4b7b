import { type Database, Prisma } from "@drumline/db";

/** How many rows a bench of lists reads among. */
export interface SeedSize {
  readonly runs: number;
  readonly schedules: number;
}

const DAYS = 30;
/** The share of one busy schedule among all runs. */
const BUSY = 0.06;

/**
 * A month of runs by set-based SQL: one schedule is busy, most are not; one in 50 runs fails, of 200 causes; some are late, some
 * were started by hand, some have arguments. Everything follows from the row's number, so that two seeds are the same.
 */
export async function seedLists(db: Database, { runs, schedules }: SeedSize): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    INSERT INTO schedule (id, key, name, source, task, trigger_kind, crontab, every_ms, timezone, timeout_ms, anchor_at, content_hash, paused_at, last_due_at)
    SELECT gen_random_uuid(), 'bench-' || n, 'Bench ' || n, 'API', 'bench.task_' || n % 40,
      (CASE WHEN n % 4 = 0 THEN 'CRONTAB' ELSE 'INTERVAL' END)::trigger_kind,
      CASE WHEN n % 4 = 0 THEN n % 60 || ' ' || n % 24 || ' * * *' END,
      CASE WHEN n % 4 <> 0 THEN (ARRAY[60000, 300000, 3600000])[1 + n % 3] END, 'Europe/Berlin', 60000, now() - interval '30 days', 'bench',
      CASE WHEN n % 50 = 0 THEN now() END, now()
    FROM generate_series(0, ${schedules - 1}::int) AS n`);
  const indexes = await db.$queryRaw<{ name: string; definition: string }[]>(Prisma.sql`
    SELECT indexname AS name, indexdef AS definition FROM pg_indexes
    WHERE schemaname = current_schema() AND tablename = 'run' AND indexname <> 'run_pkey'`);
  for (const { name } of indexes) await db.$executeRawUnsafe(`DROP INDEX "${name}"`);
  await db.$executeRaw(insertRuns(runs, schedules));
  for (const { definition } of indexes) await db.$executeRawUnsafe(definition);
  await db.$executeRawUnsafe("VACUUM ANALYZE run");
  await db.$executeRawUnsafe("ANALYZE schedule");
}

/** `spread` sends neighbours far apart; an instant of a schedule is used once, since each run has one of its own. */
const insertRuns = (runs: number, schedules: number): Prisma.Sql => Prisma.sql`
  INSERT INTO run (id, schedule_id, task, queue, args, origin, status, timeout_ms, due_at, created_at, started_at, finished_at, error, reason_code, reason, result, worker, attempt)
  SELECT gen_random_uuid(), CASE WHEN by_hand THEN NULL ELSE ids[1 + who] END, 'bench.task_' || who % 40, (ARRAY['oms', 'ecomnow', 'shop', 'integration'])[1 + who % 4],
    CASE WHEN n % 10 = 0 THEN jsonb_build_object('country', (ARRAY['DE', 'AT', 'FR'])[1 + n / 10 % 3], 'no', n) ELSE '{}' END,
    (CASE WHEN by_hand THEN 'MANUAL' ELSE 'SCHEDULE' END)::run_origin, status::run_status, 60000,
    CASE WHEN by_hand THEN NULL ELSE at END, at, CASE WHEN status NOT IN ('SKIPPED', 'MISSED', 'SCHEDULED') THEN at + late END,
    CASE WHEN status NOT IN ('SCHEDULED', 'PROCESSING') THEN at + late + (n % 40) * interval '1 s' END,
    CASE WHEN status IN ('FAILED', 'TIMED_OUT') THEN 'Carrier ' || chr(65 + n / 50 % 20) || ' of zone ' || chr(65 + n / 1000 % 10) || ' answered 503 after ' || n || ' tries' END,
    CASE status WHEN 'SKIPPED' THEN 'OVERLAP' WHEN 'MISSED' THEN 'LATE' END,
    CASE WHEN status IN ('SKIPPED', 'MISSED') THEN 'the run before had not ended' END,
    CASE WHEN status = 'FINISHED' THEN jsonb_build_object('done', n % 500) END, 'worker@bench:1', 1
  FROM (
    SELECT n, now() - (${runs}::int - n) * ${(DAYS * 86_400_000) / runs}::float8 * interval '1 ms' AS at, n % 9973 = 0 AS by_hand,
      CASE WHEN n % 100 < ${BUSY * 100}::int THEN 0 ELSE ((n::bigint * 7919) % ${schedules}::int)::int END AS who,
      CASE WHEN n % 400 = 7 THEN 90 ELSE 0.02 END * interval '1 s' AS late,
      CASE WHEN n > ${runs}::int - 200 THEN 'PROCESSING' WHEN n > ${runs}::int - 2200 THEN 'SCHEDULED' WHEN n % 50 = 0 THEN 'FAILED'
        WHEN n % 500 = 1 THEN 'TIMED_OUT' WHEN n % 100 = 2 THEN 'SKIPPED' WHEN n % 500 = 3 THEN 'MISSED' WHEN n % 1000 = 4 THEN 'CANCELLED' ELSE 'FINISHED' END AS status
    FROM generate_series(1, ${runs}::int) AS n) AS planned,
    (SELECT array_agg(id ORDER BY key = 'bench-1' DESC, key) AS ids FROM schedule) AS known
  ON CONFLICT DO NOTHING`;

/** Runs that end while somebody watches: the work of a busy second. */
export async function endSomeRuns(db: Database, count: number): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    UPDATE run SET status = 'FINISHED', finished_at = now() WHERE id IN (
      SELECT id FROM run WHERE status = 'SCHEDULED' ORDER BY created_at LIMIT ${count})`);
}
