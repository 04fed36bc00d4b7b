import { type Database, Prisma } from "@drumline/db";

import type { DispatchableRun } from "./dispatch-runs.ts";

/** Runs that wait because no living worker has their task. */
export interface UnservedTask {
  readonly task: string;
  readonly queue: string;
  /** Counted up to 1,000. */
  readonly runs: number;
}

const COUNTED = 1_000;

/** One step through the index per task, however many runs of it wait. */
export function loadUnservedTasks(db: Database): Promise<UnservedTask[]> {
  const unserved = Prisma.sql`FROM run WHERE status = 'SCHEDULED' AND reason_code = 'NO_WORKER'`;
  return db.$queryRaw<UnservedTask[]>(Prisma.sql`
    WITH RECURSIVE kind AS (
      (SELECT task, queue ${unserved} ORDER BY task, queue LIMIT 1)
      UNION ALL
      SELECT later.task, later.queue FROM kind CROSS JOIN LATERAL (
        SELECT task, queue ${unserved} AND (task, queue) > (kind.task, kind.queue) ORDER BY task, queue LIMIT 1) AS later)
    SELECT kind.task, kind.queue, counted.runs FROM kind CROSS JOIN LATERAL (
      SELECT count(*)::int AS runs FROM (
        SELECT 1 ${unserved} AND task = kind.task AND queue = kind.queue LIMIT ${COUNTED}) AS few) AS counted`);
}

/** They wait, with the reason in their rows, until `claimServed` finds a worker; off the queue or on it. */
export async function markUnserved(db: Database, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db.$executeRaw(Prisma.sql`
    UPDATE run SET reason_code = 'NO_WORKER', dispatched_at = now(),
      reason = 'no living worker has the task ' || task || ' on the queue ' || queue || '; it goes on by itself once one has'
    WHERE id IN (${waitingAmong(ids)})`);
}

/** Puts waiting runs up for another dispatch, for another worker to take. */
export function passOnRuns(db: Database, ids: readonly string[], delayMs: number): Promise<DispatchableRun[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return db.$queryRaw(Prisma.sql`
    UPDATE run SET dispatch_no = dispatch_no + 1, dispatched_at = now(), next_attempt_at = now() + ${delayMs} * interval '1 ms'
    WHERE id IN (${waitingAmong(ids)})
    RETURNING id, task, queue, priority, dispatch_no AS "dispatchNo", ${delayMs}::float8 AS "delayMs"`);
}

/** Runs whose task a living worker has again, free to be dispatched; only one of several beats gets each. */
export function claimServed(
  db: Database,
  served: readonly Pick<UnservedTask, "task" | "queue">[],
  limit: number,
): Promise<DispatchableRun[]> {
  if (served.length === 0) return Promise.resolve([]);
  return db.$queryRaw(Prisma.sql`
    UPDATE run SET reason_code = NULL, reason = NULL, dispatch_no = dispatch_no + 1, dispatched_at = now()
    WHERE id IN (
      SELECT id FROM run WHERE status = 'SCHEDULED' AND reason_code = 'NO_WORKER'
        AND (task, queue) IN (SELECT * FROM unnest(${served.map(({ task }) => task)}::text[], ${served.map(({ queue }) => queue)}::text[]))
      LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    RETURNING id, task, queue, priority, dispatch_no AS "dispatchNo", 0 AS "delayMs"`);
}

// In the order of ids, as everywhere: statements over the same runs then wait for each other instead of dying.
const waitingAmong = (ids: readonly string[]): Prisma.Sql => Prisma.sql`
  SELECT id FROM run WHERE id = ANY(${ids}::uuid[]) AND status = 'SCHEDULED' AND NOT held ORDER BY id FOR UPDATE`;
