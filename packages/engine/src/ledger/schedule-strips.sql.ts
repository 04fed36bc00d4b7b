import { type Database, Prisma, type Transaction } from "@drumline/db";

import type { RunStatus } from "./run-states.ts";

/** What became of the occurrences that were due within one cell of time. */
export interface StripCell {
  readonly scheduleId: string;
  /** The first is 0. */
  readonly cell: number;
  readonly runs: number;
  readonly failed: number;
  /** The worst of them, its run, and why where it did not finish. */
  readonly status: RunStatus;
  readonly runId: string;
  readonly reason: string | null;
  /** Of the one that began last after its due instant; null where none has begun. */
  readonly lateMs: number | null;
}

/** One occurrence of a schedule that has few. */
export interface StripRun {
  readonly scheduleId: string;
  readonly id: string;
  readonly status: RunStatus;
  readonly dueAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly reason: string | null;
  readonly lateMs: number | null;
}

/** What a person should see first among several, worst first. */
const WORST_FIRST: readonly RunStatus[] = [
  "FAILED",
  "TIMED_OUT",
  "MISSED",
  "CANCELLED",
  "SKIPPED",
  "PROCESSING",
  "SCHEDULED",
  "FINISHED",
];

const LATE_MS = Prisma.sql`CASE WHEN started_at IS NOT NULL THEN greatest(0, extract(epoch FROM started_at - due_at) * 1000)::float8 END`;
const REASON = Prisma.sql`CASE WHEN status <> 'FINISHED' THEN left(coalesce(error, reason), 200) END`;

/** The cells of these schedules that have any occurrence, from `from` on. */
export function loadStripCells(
  db: Database | Transaction,
  scheduleIds: readonly string[],
  from: Date,
  cellMs: number,
): Promise<StripCell[]> {
  const worst = (column: Prisma.Sql) => Prisma.sql`(array_agg(${column} ORDER BY rank, due_at DESC))[1]`;
  return db.$queryRaw(Prisma.sql`
    SELECT schedule_id AS "scheduleId", cell, count(*)::int AS runs,
      (count(*) FILTER (WHERE status IN ('FAILED', 'TIMED_OUT')))::int AS failed,
      ${worst(Prisma.sql`status::text`)} AS status, ${worst(Prisma.sql`id`)} AS "runId", ${worst(REASON)} AS reason,
      max(${LATE_MS}) AS "lateMs"
    FROM (
      SELECT id, schedule_id, status, error, reason, due_at, started_at,
        floor(extract(epoch FROM due_at - ${from}::timestamptz) * 1000 / ${cellMs}::float8)::int AS cell,
        array_position(${[...WORST_FIRST]}::text[], status::text) AS rank
      FROM run WHERE schedule_id = ANY(${[...scheduleIds]}::uuid[]) AND due_at >= ${from}::timestamptz) AS occurrence
    GROUP BY schedule_id, cell ORDER BY schedule_id, cell`);
}

/** The last occurrences of each of these schedules, oldest first. */
export function loadStripRuns(
  db: Database | Transaction,
  scheduleIds: readonly string[],
  count: number,
): Promise<StripRun[]> {
  return db.$queryRaw(Prisma.sql`
    SELECT last.* FROM unnest(${[...scheduleIds]}::uuid[]) AS asked(id) CROSS JOIN LATERAL (
      SELECT schedule_id AS "scheduleId", id, status::text, due_at AS "dueAt", started_at AS "startedAt", finished_at AS "finishedAt",
        ${REASON} AS reason, ${LATE_MS} AS "lateMs"
      FROM run WHERE run.schedule_id = asked.id AND due_at IS NOT NULL ORDER BY due_at DESC LIMIT ${count}) AS last
    ORDER BY "scheduleId", "dueAt"`);
}
