import { type Database, Prisma } from "@drumline/db";

import type { DispatchableRun } from "../dispatch/dispatch-runs.ts";

/** The end of one try, ready to be written. `status` SCHEDULED means it goes back on the queue. */
export interface FinishedTry {
  readonly id: string;
  readonly token: string;
  readonly status: "FINISHED" | "FAILED" | "CANCELLED" | "TIMED_OUT" | "SCHEDULED";
  /** A snooze or a hand-back does not use up a try. */
  readonly attemptsTaken: 0 | 1;
  readonly delayMs: number;
  readonly result: unknown;
  readonly error: string | null;
  readonly problems: readonly unknown[];
  readonly problemCount: number;
}

interface FinishedRow {
  readonly id: string;
  readonly task: string;
  readonly queue: string;
  readonly priority: number;
  readonly status: string;
  readonly dispatchNo: number;
  readonly scheduleId: string | null;
}

export interface Finished {
  /** Tries whose lease was still ours; the others were taken over and count for nothing. */
  readonly recorded: ReadonlySet<string>;
  readonly requeued: readonly DispatchableRun[];
  /** Schedules that may have a run waiting behind one that just ended. */
  readonly freedScheduleIds: readonly string[];
}

/** Writes the ends of many tries in one statement, each guarded by its lease. */
export async function finishRuns(db: Database, tries: readonly FinishedTry[]): Promise<Finished> {
  // Nobody takes up a run that was cancelled meanwhile, so it must not go back on the queue.
  const goesBack = Prisma.sql`(f.status = 'SCHEDULED' AND run.cancel_requested_at IS NULL)`;
  const rows = await db.$queryRaw<FinishedRow[]>(Prisma.sql`
    UPDATE run SET
      status = CASE WHEN f.status <> 'SCHEDULED' OR ${goesBack} THEN f.status ELSE 'CANCELLED' END,
      attempt = run.attempt - 1 + f."attemptsTaken",
      result = coalesce(f.result, run.result),
      error = f.error,
      problems = CASE WHEN f."problemCount" > 0 THEN f.problems ELSE run.problems END,
      problem_count = greatest(run.problem_count, f."problemCount"),
      finished_at = CASE WHEN ${goesBack} THEN NULL ELSE now() END,
      next_attempt_at = CASE WHEN ${goesBack} THEN now() + f."delayMs" * interval '1 ms' END,
      dispatch_no = run.dispatch_no + CASE WHEN ${goesBack} THEN 1 ELSE 0 END,
      dispatched_at = CASE WHEN ${goesBack} THEN now() ELSE run.dispatched_at END,
      lease_token = NULL, lease_until = NULL
    FROM jsonb_to_recordset(${JSON.stringify(tries)}::jsonb) AS f(
      id uuid, token uuid, status run_status, "attemptsTaken" int, "delayMs" float8, result jsonb, error text, problems jsonb, "problemCount" int)
    WHERE run.id = f.id AND run.lease_token = f.token AND run.status = 'PROCESSING'
    RETURNING run.id, task, queue, priority, run.status::text, dispatch_no AS "dispatchNo", schedule_id AS "scheduleId"`);
  const delays = new Map(tries.map(({ id, delayMs }) => [id, delayMs]));
  return {
    recorded: new Set(rows.map(({ id }) => id)),
    requeued: rows
      .filter(({ status }) => status === "SCHEDULED")
      .map((row) => ({ ...row, delayMs: delays.get(row.id) ?? 0 })),
    freedScheduleIds: rows.flatMap(({ status, scheduleId }) =>
      status === "SCHEDULED" || scheduleId === null ? [] : [scheduleId],
    ),
  };
}
