import { type Database, literals, Prisma, type Transaction } from "@drumline/db";

import { FINGERPRINT } from "./fingerprint.sql.ts";
import { type RunFilter, toRunConditions } from "./run-filter.sql.ts";
import { FAILED_STATUSES } from "./run-states.ts";

/** Runs that failed of one cause. */
export interface FailureGroup {
  readonly fingerprint: string;
  readonly task: string;
  readonly code: string | null;
  /** Of the latest of them. */
  readonly message: string;
  readonly runs: number;
  /** Keys of their schedules, ten at most; `scheduleCount` says how many there are. */
  readonly schedules: readonly string[];
  readonly scheduleCount: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly lastRunId: string;
}

/** More are not read: the newest tell what is wrong now. */
export const MOST_FAILURES_READ = 20_000;

/** The newest failures by their cause, the cause of the most runs first. */
export async function loadFailures(
  db: Database | Transaction,
  filter: Pick<RunFilter, "task" | "schedule" | "queue" | "error" | "from" | "to">,
  now: Date,
  limit: number,
): Promise<FailureGroup[]> {
  const conditions = await toRunConditions(db, { ...filter, status: FAILED_STATUSES, by: "finished" }, now);
  if (conditions === null) return [];
  return db.$queryRaw(Prisma.sql`
    WITH failed AS (
      SELECT run.id, run.task, run.reason_code, left(coalesce(run.error, run.reason, ''), 500) AS message, run.schedule_id, run.finished_at,
        ${FINGERPRINT} AS fingerprint
      FROM run WHERE ${Prisma.join(conditions, " AND ")} AND run.status NOT IN (${literals(["FINISHED", "SCHEDULED", "PROCESSING"])})
      ORDER BY run.finished_at DESC, run.id DESC LIMIT ${MOST_FAILURES_READ}),
    cause AS (
      SELECT fingerprint, count(*)::int AS runs, min(finished_at) AS first_at, max(finished_at) AS last_at,
        (array_agg(id ORDER BY finished_at DESC, id DESC))[1] AS last_id, array_agg(DISTINCT schedule_id) AS schedule_ids
      FROM failed GROUP BY fingerprint ORDER BY runs DESC, last_at DESC LIMIT ${limit})
    SELECT cause.fingerprint, last.task, last.reason_code AS code, last.message, cause.runs,
      ARRAY(SELECT key FROM schedule WHERE id = ANY(cause.schedule_ids) ORDER BY key LIMIT 10) AS schedules,
      cardinality(array_remove(cause.schedule_ids, NULL)) AS "scheduleCount",
      cause.first_at AS "firstAt", cause.last_at AS "lastAt", last.id AS "lastRunId"
    FROM cause JOIN failed AS last ON last.id = cause.last_id ORDER BY cause.runs DESC, cause.last_at DESC`);
}
