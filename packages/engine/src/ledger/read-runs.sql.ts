import { type Database, Prisma } from "@drumline/db";

/** Where a page of runs ended. */
export interface RunCursor {
  readonly createdAt: Date;
  readonly id: string;
}

/** Every state of a run, in the order of its life. */
export const RUN_STATUSES = [
  "SCHEDULED",
  "PROCESSING",
  "FINISHED",
  "FAILED",
  "CANCELLED",
  "TIMED_OUT",
  "SKIPPED",
  "MISSED",
] as const;

/** A run as rows have it: instants are Dates, and what JSON holds is unknown. */
export interface RunRow {
  readonly id: string;
  readonly task: string;
  readonly schedule: string | null;
  readonly queue: string;
  readonly origin: string;
  readonly status: (typeof RUN_STATUSES)[number];
  readonly reasonCode: string | null;
  readonly reason: string | null;
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly occurrences: number;
  readonly dryRun: boolean;
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

/** Which runs a list has; a field left out filters nothing. */
export interface RunFilter {
  readonly task?: string | undefined;
  /** Of one of these tasks. */
  readonly tasks?: readonly string[] | undefined;
  readonly status?: string | undefined;
  /** A schedule's key. */
  readonly schedule?: string | undefined;
}

/** A run with what a list leaves out. */
export interface RunDetail extends RunRow {
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

const COLUMNS = Prisma.sql`
  run.id, run.task, schedule.key AS schedule, run.queue, run.origin::text, run.status::text, run.reason_code AS "reasonCode", run.reason,
  run.attempt, run.max_attempts AS "maxAttempts", run.occurrences, run.dry_run AS "dryRun", run.worker, run.progress, run.result, run.error,
  run.problem_count AS "problemCount", run.deaths, run.last_death AS "lastDeath", run.runs_alone AS "runsAlone",
  coalesce(run.due_at, CASE WHEN run.origin = 'BACKFILL' THEN run.clock_at END) AS "dueAt", run.created_at AS "createdAt", run.started_at AS "startedAt", run.finished_at AS "finishedAt"`;
const FROM = Prisma.sql`FROM run LEFT JOIN schedule ON schedule.id = run.schedule_id`;

/** Newest first; strictly older than `before`. */
export async function loadRuns(
  db: Database,
  filter: RunFilter,
  before: RunCursor | null,
  limit: number,
): Promise<RunRow[]> {
  // By its id and not by a subquery: the planner then knows whether it ran often or never, and what to read.
  const schedule =
    filter.schedule === undefined
      ? undefined
      : await db.schedule.findUnique({ where: { key: filter.schedule }, select: { id: true } });
  if (schedule === null) return [];
  const conditions = [
    Prisma.sql`TRUE`,
    ...(filter.task === undefined ? [] : [Prisma.sql`run.task = ${filter.task}`]),
    ...(filter.tasks === undefined ? [] : [Prisma.sql`run.task = ANY(${[...filter.tasks]}::text[])`]),
    ...(filter.status === undefined ? [] : [Prisma.sql`run.status = ${filter.status}::run_status`]),
    ...(schedule === undefined ? [] : [Prisma.sql`run.schedule_id = ${schedule.id}::uuid`]),
    ...(before === null
      ? []
      : [Prisma.sql`(run.created_at, run.id) < (${before.createdAt}::timestamptz, ${before.id}::uuid)`]),
  ];
  return db.$queryRaw<RunRow[]>(Prisma.sql`
    SELECT ${COLUMNS} ${FROM} WHERE ${Prisma.join(conditions, " AND ")}
    ORDER BY run.created_at DESC, run.id DESC LIMIT ${limit}`);
}

/** One run with its arguments and problems; null where there is none. */
export async function loadRun(db: Database, id: string): Promise<RunDetail | null> {
  const [row] = await db.$queryRaw<RunDetail[]>(Prisma.sql`
    SELECT ${COLUMNS}, run.args, run.problems ${FROM} WHERE run.id = ${id}::uuid`);
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

/** The lines after one, in their order: what a reader who follows a log has not seen. */
export function loadRunLogAfter(
  db: Database,
  runId: string,
  { after }: { readonly after: bigint },
  limit: number,
): Promise<RunLogRow[]> {
  return db.$queryRaw(Prisma.sql`
    SELECT id::text, at, level, message, fields FROM run_log
    WHERE run_id = ${runId}::uuid AND run_log.id > ${after} ORDER BY run_log.id LIMIT ${limit}`);
}
