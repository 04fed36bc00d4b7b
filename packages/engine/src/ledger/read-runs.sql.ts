import { type Database, Prisma, type Transaction } from "@drumline/db";

import { planRunOrder, type RunFilter, runInstantOf, toRunConditions } from "./run-filter.sql.ts";
import type { RunStatus } from "./run-states.ts";
import { runVersion } from "./run-version.sql.ts";

/** Where a page of runs ended: the instant the list goes by, and the run. */
export interface RunCursor {
  readonly at: Date;
  readonly id: string;
}

/** From where a page goes on, and which way; from the newest run where it is null. */
export type RunPage = { readonly olderThan: RunCursor } | { readonly newerThan: RunCursor } | null;

/** A run as rows have it: instants are Dates, and what JSON holds is unknown. */
export interface RunRow {
  readonly id: string;
  readonly task: string;
  readonly schedule: string | null;
  readonly queue: string;
  readonly origin: string;
  readonly status: RunStatus;
  readonly reasonCode: string | null;
  readonly reason: string | null;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly occurrences: number;
  readonly dryRun: boolean;
  /** Who started it; null where a schedule did. */
  readonly requestedBy: string | null;
  /** The run whose work it shares. */
  readonly parentId: string | null;
  readonly worker: string | null;
  readonly progress: unknown;
  readonly result: unknown;
  readonly error: string | null;
  readonly problemCount: number;
  readonly deaths: number;
  readonly lastDeath: string | null;
  readonly runsAlone: boolean;
  /** The occurrence it is for; null for manual starts and chunks. */
  readonly dueAt: Date | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

/** A run with what a list leaves out. */
export interface RunDetail extends RunRow {
  readonly version: number;
  readonly args: unknown;
  readonly problems: unknown;
}

/** One line that a run has logged. */
export interface RunLogRow {
  readonly id: string;
  readonly at: Date;
  readonly level: string;
  readonly message: string;
  readonly fields: unknown;
}

const OWN_COLUMNS = Prisma.sql`
  run.id, run.task, schedule.key AS schedule, run.queue, run.origin::text, run.status::text, run.reason_code AS "reasonCode", run.reason,
  run.attempt, run.max_attempts AS "maxAttempts", run.occurrences, run.dry_run AS "dryRun", run.requested_by AS "requestedBy", run.parent_id AS "parentId",
  run.worker, run.progress, run.problem_count AS "problemCount", run.deaths, run.last_death AS "lastDeath", run.runs_alone AS "runsAlone",
  coalesce(run.due_at, CASE WHEN run.origin = 'BACKFILL' THEN run.clock_at END) AS "dueAt", run.created_at AS "createdAt", run.started_at AS "startedAt", run.finished_at AS "finishedAt"`;
const COLUMNS = Prisma.sql`${OWN_COLUMNS}, run.result, run.error`;
/** A list of 200 runs stays small, whatever one of them has said. */
const SHORT_COLUMNS = Prisma.sql`${OWN_COLUMNS}, left(run.error, 2000) AS error,
  CASE WHEN octet_length(run.result::text) > 2000 THEN jsonb_build_object('cut', octet_length(run.result::text)) ELSE run.result END AS result`;
const FROM = Prisma.sql`FROM run LEFT JOIN schedule ON schedule.id = run.schedule_id`;

/** Newest first, by the instant that `planRunOrder` says. */
export async function loadRuns(
  db: Database | Transaction,
  filter: RunFilter,
  page: RunPage,
  limit: number,
  now = new Date(),
): Promise<RunRow[]> {
  const conditions = await toRunConditions(db, filter, now);
  if (conditions === null) return [];
  const at = runInstantOf(filter);
  const isNewer = page !== null && "newerThan" in page;
  const [direction, beyond] = isNewer ? [Prisma.sql`ASC`, Prisma.sql`>`] : [Prisma.sql`DESC`, Prisma.sql`<`];
  const from = page === null ? null : "newerThan" in page ? page.newerThan : page.olderThan;
  const position =
    from === null ? [] : [Prisma.sql`(${at}, run.id) ${beyond} (${from.at}::timestamptz, ${from.id}::uuid)`];
  const rows = await db.$queryRaw<RunRow[]>(Prisma.sql`
    SELECT ${SHORT_COLUMNS} ${FROM}
    WHERE ${Prisma.join([...conditions, ...position], " AND ")}
    ORDER BY ${at} ${direction}, run.id ${direction} LIMIT ${limit}`);
  return isNewer ? rows.toReversed() : rows;
}

/** Where a run stands in the list of a filter. */
export function runCursorOf(filter: RunFilter, run: RunRow): RunCursor {
  const at = { created: run.createdAt, due: run.dueAt, finished: run.finishedAt }[planRunOrder(filter)];
  return { at: at!, id: run.id };
}

/** One run with its arguments and problems; null where there is none. */
export async function loadRun(db: Database, id: string): Promise<RunDetail | null> {
  const [row] = await db.$queryRaw<RunDetail[]>(Prisma.sql`
    SELECT ${COLUMNS}, run.args, run.problems, ${runVersion} AS version ${FROM} WHERE run.id = ${id}::uuid`);
  return row ?? null;
}

/** The runs that share this one's work, in their order. */
export async function loadChunks(db: Database, parentId: string, limit: number): Promise<RunRow[]> {
  return db.$queryRaw<RunRow[]>(Prisma.sql`
    SELECT ${COLUMNS} ${FROM} WHERE run.parent_id = ${parentId}::uuid ORDER BY run.chunk_no, run.created_at LIMIT ${limit}`);
}

/** The newest lines, oldest of them first. */
export async function loadRunLog(db: Database, runId: string, limit: number): Promise<RunLogRow[]> {
  const rows = await db.$queryRaw<RunLogRow[]>(Prisma.sql`
    SELECT id::text, at, level, message, fields FROM run_log WHERE run_id = ${runId}::uuid ORDER BY run_log.id DESC LIMIT ${limit}`);
  return rows.toReversed();
}

/** The lines after one, in their order; of a level, where one is asked for. */
export function loadRunLogAfter(
  db: Database,
  runId: string,
  { after, level }: { readonly after: bigint; readonly level?: string | undefined },
  limit: number,
): Promise<RunLogRow[]> {
  const isOfLevel = level === undefined ? Prisma.empty : Prisma.sql`AND level = ${level}`;
  return db.$queryRaw(Prisma.sql`
    SELECT id::text, at, level, message, fields FROM run_log
    WHERE run_id = ${runId}::uuid AND run_log.id > ${after} ${isOfLevel} ORDER BY run_log.id LIMIT ${limit}`);
}
