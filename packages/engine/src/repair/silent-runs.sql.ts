import { type Database, Prisma } from "@drumline/db";

import type { DispatchableRun } from "../dispatch/dispatch-runs.ts";

export interface SilentRun {
  readonly id: string;
  readonly queue: string;
  readonly dispatchNo: number;
}

/** Runs that should long have been picked up; those looked at longest ago come first. */
export function loadSilentRuns(db: Database, silentForMs: number, limit: number): Promise<SilentRun[]> {
  return db.$queryRaw(Prisma.sql`
    SELECT id, queue, dispatch_no AS "dispatchNo" FROM run
    WHERE status = 'SCHEDULED' AND NOT held
      AND greatest(dispatched_at, next_attempt_at) < now() - ${silentForMs} * interval '1 ms'
    ORDER BY dispatched_at LIMIT ${limit}`);
}

/** They wait their turn on a long queue: looked at, and not again before the others. */
export async function markSeen(db: Database, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db.$executeRaw(
    Prisma.sql`UPDATE run SET dispatched_at = now() WHERE id = ANY(${ids}::uuid[]) AND status = 'SCHEDULED'`,
  );
}

/** Only one of several beats gets each run: the dispatch number is the guard. */
export function claimRedispatch(db: Database, runs: readonly SilentRun[]): Promise<DispatchableRun[]> {
  if (runs.length === 0) return Promise.resolve([]);
  return db.$queryRaw(Prisma.sql`
    UPDATE run SET dispatch_no = run.dispatch_no + 1, dispatched_at = now()
    FROM unnest(${runs.map(({ id }) => id)}::uuid[], ${runs.map(({ dispatchNo }) => dispatchNo)}::int[]) AS lost(id, dispatch_no)
    WHERE run.id = lost.id AND run.dispatch_no = lost.dispatch_no AND status = 'SCHEDULED' AND NOT held
    RETURNING run.id, task, queue, priority, run.dispatch_no AS "dispatchNo", 0 AS "delayMs"`);
}
