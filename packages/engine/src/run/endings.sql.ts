import { type Database, Prisma } from "@drumline/db";

import type { DispatchableRun } from "../dispatch/dispatch-runs.ts";
import { insertLines, lastNoOf, type RunLines } from "./insert-lines.sql.ts";
import { lockById } from "./lock-by-id.sql.ts";
import type { Ending } from "./plan-ending.ts";

/** The end of one try, ready to be written. */
export interface EndedRun extends RunLines {
  readonly token: string;
  /** Whether it helps another run. */
  readonly isHelper: boolean;
  readonly ending: Ending;
  /** How far it came; null leaves what an earlier renewal of its lease has written. */
  readonly progress: unknown;
  readonly problems: readonly unknown[];
  readonly problemCount: number;
}

interface EndedRow {
  readonly id: string;
  readonly task: string;
  readonly queue: string;
  readonly priority: number;
  readonly status: string;
  readonly dispatchNo: number;
  readonly scheduleId: string | null;
  readonly hasHelpers: boolean;
  readonly dedupeKey: string | null;
}

/** Waits for another try, without the key it was added under. */
export interface RequeuedRun extends DispatchableRun {
  readonly dedupeKey: string | null;
}

export interface SavedEndings {
  /** Runs whose lease was still ours; the others were taken over and count for nothing. */
  readonly recorded: ReadonlySet<string>;
  readonly requeued: readonly RequeuedRun[];
  /** Runs that were told to wait and have helpers. */
  readonly waitingParentIds: readonly string[];
  /** Schedules that may have a run waiting behind one that just ended. */
  readonly freedScheduleIds: readonly string[];
}

/**
 * Writes the ends of many tries and their last log lines in one statement, each guarded by its lease: all of it or none.
 * Rows are locked in the order of their ids, as everywhere, so that no two statements wait for each other.
 */
export async function saveEndings(db: Database, ended: readonly EndedRun[]): Promise<SavedEndings> {
  // Nobody takes up a run that was cancelled meanwhile, so it must not go back on the queue.
  const goesBack = Prisma.sql`f.status = 'SCHEDULED' AND run.cancel_requested_at IS NULL AND NOT ${givesWay(ended)}`;
  const rows = await db.$queryRaw<EndedRow[]>(Prisma.sql`
    WITH f AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(ended.map(toRow))}::jsonb) AS f(
        id uuid, token uuid, status run_status, "attemptsTaken" int, "delayMs" float8, progress jsonb, result jsonb, error text, problems jsonb,
        "problemCount" int, "lastLine" int, death text, "runsAlone" boolean)
      ORDER BY id),
    held AS (
      SELECT run.id, run.log_lines, run.dedupe_key, (${goesBack}) AS goes_back FROM f CROSS JOIN ${lockById("f")} AS run
      WHERE run.lease_token = f.token AND run.status = 'PROCESSING')
    ${insertLines(ended)}
    UPDATE run SET
      status = CASE WHEN f.status <> 'SCHEDULED' OR goes_back THEN f.status ELSE 'CANCELLED' END,
      reason_code = CASE WHEN f.status = 'SCHEDULED' AND NOT goes_back THEN coalesce(run.reason_code, 'GAVE_WAY') ELSE run.reason_code END,
      attempt = run.attempt - 1 + f."attemptsTaken",
      progress = coalesce(f.progress, run.progress),
      result = coalesce(f.result, run.result),
      error = f.error,
      problems = CASE WHEN f."problemCount" > 0 THEN f.problems ELSE run.problems END,
      problem_count = greatest(run.problem_count, f."problemCount"),
      log_lines = greatest(run.log_lines, f."lastLine"),
      deaths = run.deaths + CASE WHEN f.death IS NULL THEN 0 ELSE 1 END,
      last_death = coalesce(f.death, run.last_death),
      last_death_at = CASE WHEN f.death IS NULL THEN run.last_death_at ELSE now() END,
      runs_alone = coalesce(f."runsAlone", run.runs_alone),
      finished_at = CASE WHEN goes_back THEN NULL ELSE now() END,
      next_attempt_at = CASE WHEN goes_back THEN now() + f."delayMs" * interval '1 ms' END,
      dispatch_no = run.dispatch_no + CASE WHEN goes_back THEN 1 ELSE 0 END,
      dispatched_at = CASE WHEN goes_back THEN now() ELSE run.dispatched_at END,
      lease_token = NULL, lease_until = NULL, dedupe_key = NULL
    FROM held JOIN f ON f.id = held.id
    WHERE run.id = held.id
    RETURNING run.id, task, queue, priority, run.status::text, dispatch_no AS "dispatchNo", schedule_id AS "scheduleId",
      fanned_out_at IS NOT NULL AS "hasHelpers", held.dedupe_key AS "dedupeKey"`);
  const endings = new Map(ended.map(({ id, ending }) => [id, ending]));
  return {
    recorded: new Set(rows.map(({ id }) => id)),
    requeued: rows
      .filter(({ status }) => status === "SCHEDULED")
      .map((row) => ({ ...row, delayMs: endings.get(row.id)?.delayMs ?? 0 })),
    waitingParentIds: rows.flatMap(({ id, hasHelpers }) =>
      hasHelpers && endings.get(id)?.kind === "SNOOZE" ? [id] : [],
    ),
    freedScheduleIds: rows.flatMap(({ status, scheduleId }) =>
      status === "SCHEDULED" || scheduleId === null ? [] : [scheduleId],
    ),
  };
}

/**
 * Whether a helper that was told to wait ends instead: the run it helps, or a helper before it, is still open and does its
 * work, and a pack that comes back together would ask the more, the more it is told to wait.
 */
function givesWay(ended: readonly EndedRun[]): Prisma.Sql {
  const helpers = ended.filter(({ isHelper, ending }) => isHelper && ending.kind === "SNOOZE").map(({ id }) => id);
  if (helpers.length === 0) return Prisma.sql`FALSE`;
  return Prisma.sql`(run.id = ANY(${helpers}::uuid[]) AND EXISTS (
    SELECT 1 FROM run AS other
    WHERE (other.id = run.parent_id OR (other.parent_id = run.parent_id AND other.chunk_no < run.chunk_no))
      AND other.status IN ('SCHEDULED', 'PROCESSING')
      AND NOT EXISTS (SELECT 1 FROM f AS over WHERE over.id = other.id AND over.status <> 'SCHEDULED')))`;
}

function toRow({ id, token, ending, progress, problems, problemCount, lines }: EndedRun) {
  const { kind, result = null, error = null, delayMs = 0, death = null } = ending;
  const goesBack = kind === "RETRY" || kind === "SNOOZE" || kind === "HAND_BACK";
  return {
    id,
    token,
    status: goesBack ? "SCHEDULED" : kind,
    // A snooze or a hand-back does not use up a try.
    attemptsTaken: kind === "SNOOZE" || kind === "HAND_BACK" ? 0 : 1,
    delayMs,
    progress,
    result,
    error,
    problems,
    problemCount,
    lastLine: lastNoOf(lines),
    death,
    // A handler that came to an end by itself has killed nobody; one that was handed back has proven nothing.
    runsAlone: death !== null ? true : kind === "HAND_BACK" ? null : false,
  };
}

/**
 * Lets the oldest run that waits behind others go, one per schedule, where no other run of the schedule is open; backfilled
 * ones, which are not due by the clock, after all others.
 * Without ids: every schedule, which is the repair sweep's question; a look into the index for each, however many wait.
 */
export function releaseHeld(db: Database, scheduleIds: readonly string[] | null): Promise<DispatchableRun[]> {
  const schedules =
    scheduleIds === null
      ? Prisma.sql`SELECT id FROM schedule`
      : Prisma.sql`SELECT DISTINCT id FROM unnest(${scheduleIds}::uuid[]) AS freed(id)`;
  return db.$queryRaw(Prisma.sql`
    WITH next AS (
      SELECT id FROM run
      WHERE id IN (
        SELECT oldest.id FROM (${schedules}) AS of CROSS JOIN LATERAL (
          SELECT waiting.id FROM run AS waiting
          WHERE waiting.schedule_id = of.id AND waiting.held AND waiting.status = 'SCHEDULED'
          ORDER BY waiting.due_at, waiting.clock_at LIMIT 1) AS oldest
        WHERE NOT EXISTS (
          SELECT 1 FROM run AS open
          WHERE open.schedule_id = of.id AND open.status IN ('SCHEDULED', 'PROCESSING') AND NOT open.held))
        AND held AND status = 'SCHEDULED'
      ORDER BY id FOR UPDATE)
    UPDATE run SET held = false, dispatched_at = now() FROM next WHERE run.id = next.id
    RETURNING run.id, task, queue, priority, dispatch_no AS "dispatchNo", 0 AS "delayMs"`);
}
