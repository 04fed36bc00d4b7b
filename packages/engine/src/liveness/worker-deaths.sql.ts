import { type Database, Prisma } from "@drumline/db";

/** A run with which workers died more than once, which no run that merely stood beside a killer does for long. */
export interface DeadlyRun {
  readonly runId: string;
  readonly task: string;
  readonly deaths: number;
  /** What is known of the last death. */
  readonly lastDeath: string;
  /** Whether it goes out again, in a process of its own. */
  readonly runsAlone: boolean;
}

const MOST_NAMED = 20;

/** Runs that go out alone, and those that killed a worker within the hour and did not end well; the latest death first. */
export function loadDeadlyRuns(db: Database): Promise<DeadlyRun[]> {
  return db.$queryRaw(Prisma.sql`
    SELECT id AS "runId", task, deaths, last_death AS "lastDeath", is_open AND runs_alone AS "runsAlone"
    FROM (SELECT *, status IN ('SCHEDULED', 'PROCESSING') AS is_open FROM run WHERE last_death_at IS NOT NULL) AS run
    WHERE deaths > 1 AND (
      (is_open AND runs_alone)
      OR (status IN ('FAILED', 'TIMED_OUT') AND last_death_at > now() - interval '1 hour'))
    ORDER BY last_death_at DESC LIMIT ${MOST_NAMED}`);
}

/** By task: how many runs had a worker die with them within the hour, whether or not they were the cause. */
export function loadRecentDeaths(db: Database): Promise<{ readonly task: string; readonly runs: number }[]> {
  return db.$queryRaw(Prisma.sql`
    SELECT task, count(*)::int AS runs FROM run WHERE last_death_at > now() - interval '1 hour' GROUP BY task ORDER BY task`);
}
