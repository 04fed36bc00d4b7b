import { type Database, Prisma } from "@drumline/db";

import type { DispatchableRun } from "../dispatch/dispatch-runs.ts";

export interface SilentRun {
  readonly id: string;
  readonly task: string;
  readonly queue: string;
  readonly dispatchNo: number;
}

/** Runs that should long have been picked up; those looked at longest ago come first. Read from `run_silent`, and no more of it than asked. */
export function loadSilentRuns(db: Database, silentForMs: number, limit: number): Promise<SilentRun[]> {
  return db.$queryRaw(Prisma.sql`
    SELECT id, task, queue, dispatch_no AS "dispatchNo" FROM run
    WHERE status = 'SCHEDULED' AND NOT held AND coalesce(reason_code, '') NOT IN ('NO_WORKER', 'MAINTENANCE')
      AND greatest(dispatched_at, next_attempt_at) < now() - ${silentForMs} * interval '1 ms'
    ORDER BY greatest(dispatched_at, next_attempt_at) LIMIT ${limit}`);
}

/** Runs that are still queued move to the end of the check list. Those that are being claimed are skipped. */
export async function markSeen(db: Database, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db.$executeRaw(Prisma.sql`
    UPDATE run SET dispatched_at = now() WHERE id IN (
      SELECT id FROM run WHERE id = ANY(${ids}::uuid[]) AND status = 'SCHEDULED' ORDER BY id FOR UPDATE SKIP LOCKED)`);
}

/** Only one of several beats gets each run: the dispatch number is the guard. */
export function claimRedispatch(db: Database, runs: readonly SilentRun[]): Promise<DispatchableRun[]> {
  if (runs.length === 0) return Promise.resolve([]);
  return db.$queryRaw(Prisma.sql`
    UPDATE run SET dispatch_no = run.dispatch_no + 1, dispatched_at = now()
    WHERE id IN (
      SELECT run.id FROM run
      JOIN unnest(${runs.map(({ id }) => id)}::uuid[], ${runs.map(({ dispatchNo }) => dispatchNo)}::int[]) AS lost(id, dispatch_no)
        ON run.id = lost.id AND run.dispatch_no = lost.dispatch_no
      WHERE status = 'SCHEDULED' AND NOT held ORDER BY run.id FOR UPDATE OF run SKIP LOCKED)
    RETURNING id, task, queue, priority, dispatch_no AS "dispatchNo", 0 AS "delayMs"`);
}
