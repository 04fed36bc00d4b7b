import { type Database, Prisma } from "@drumline/db";

/** Runs that the ledger has and the queue does not: what a lost Redis leaves. */
export async function insertLostRuns(db: Database, count: number): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    INSERT INTO run (id, task, queue, args, origin, status, timeout_ms, dispatch_no, dispatched_at)
    SELECT gen_random_uuid(), 'bench.noop', 'oms', jsonb_build_object('n', n), 'MANUAL', 'SCHEDULED', 60000, 1, now() - interval '1 hour'
    FROM generate_series(1, ${count}::int) AS n`);
}

export async function countLostRuns(db: Database): Promise<number> {
  const [row] = await db.$queryRaw<{ lost: number }[]>(Prisma.sql`
    SELECT count(*)::int AS lost FROM run WHERE status = 'SCHEDULED' AND dispatch_no = 1`);
  return row!.lost;
}

/** Schedules of every minute that nobody has looked at for so many days. */
export async function insertNeglectedSchedules(db: Database, count: number, days: number): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    INSERT INTO schedule (id, key, source, task, args, trigger_kind, crontab, timezone, timeout_ms, anchor_at, last_due_at, content_hash, missed)
    SELECT gen_random_uuid(), 'neglected-' || n, 'API', 'bench.noop', jsonb_build_object('n', n), 'CRONTAB', '* * * * *', 'Europe/Amsterdam', 60000,
      now() - interval '1 year', now() - ${days}::int * interval '1 day', 'bench', 'once'
    FROM generate_series(1, ${count}::int) AS n`);
}

export async function countNeglected(db: Database): Promise<number> {
  const [row] = await db.$queryRaw<{ behind: number }[]>(Prisma.sql`
    SELECT count(*)::int AS behind FROM schedule WHERE last_due_at < now() - interval '2 minutes'`);
  return row!.behind;
}
