import { type Database, Prisma, type Transaction } from "@drumline/db";

import type { DispatchableRun } from "../dispatch/dispatch-runs.ts";
import type { PlannedPeriod, PlannedWindow } from "./plan-window.ts";

/** A time in which a window is, was or will be in force. */
export interface MaintenancePeriod extends PlannedPeriod {
  readonly id: bigint;
  readonly windowId: string;
  readonly name: string;
  readonly reason: string;
  readonly queues: readonly string[];
  readonly scheduleIds: readonly string[];
  /** Later than `endsAt` where somebody ended it early: then `endedBy` and `endedReason` say who and why. */
  readonly plannedEndAt: Date;
  readonly endedBy: string | null;
  readonly endedReason: string | null;
}

/** What the ledger says of a run that waits for a window's end. */
export const WAITS_FOR_MAINTENANCE = "MAINTENANCE";

const COLUMNS = Prisma.sql`
  id, window_id AS "windowId", name, reason, queues, schedule_ids AS "scheduleIds", starts_at AS "startsAt", ends_at AS "endsAt",
  planned_end_at AS "plannedEndAt", ended_by AS "endedBy", ended_reason AS "endedReason"`;

/** The periods in force, by the database's clock: it is the same for all who claim. */
export const PERIODS_IN_FORCE = Prisma.sql`SELECT * FROM maintenance_period WHERE ends_at > now() AND starts_at <= now()`;

/** Whether `period` holds the run that is called so. */
export const isHeldBy = (run: "locked" | "run"): Prisma.Sql => {
  const [queue, scheduleId] = [Prisma.raw(`${run}.queue`), Prisma.raw(`${run}.schedule_id`)];
  return Prisma.sql`(period.queues = '{}' AND period.schedule_ids = '{}'
    OR ${queue} = ANY(period.queues) OR ${scheduleId} = ANY(period.schedule_ids))`;
};

/** Why a run waits, out of the columns of `period`. */
export const WAITING_REASON = Prisma.sql`'waits for the end of the maintenance window "' || period.name || '" at '
  || to_char(period.ends_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') || ': ' || period.reason`;

/** Periods in force; the one that ends last comes first. */
export function loadPeriodsInForce(db: Database): Promise<MaintenancePeriod[]> {
  return db.$queryRaw(
    Prisma.sql`SELECT ${COLUMNS} FROM (${PERIODS_IN_FORCE}) AS period ORDER BY ends_at DESC, id LIMIT 100`,
  );
}

/** Periods in force or to come before `until`, in the order in which they begin. */
export function loadPeriodsUntil(db: Database, from: Date, until: Date): Promise<MaintenancePeriod[]> {
  return db.$queryRaw(Prisma.sql`
    SELECT ${COLUMNS} FROM maintenance_period
    WHERE ends_at > ${from}::timestamptz AND starts_at < ${until}::timestamptz ORDER BY starts_at, id LIMIT 100`);
}

/** Where a page of the history ended. */
export interface PeriodCursor {
  readonly startsAt: Date;
  readonly id: bigint;
}

/** The history: what has begun, newest first; of one window or of all. */
export function loadPastPeriods(
  db: Database,
  windowId: string | null,
  before: PeriodCursor | null,
  limit: number,
): Promise<MaintenancePeriod[]> {
  const conditions = [
    Prisma.sql`starts_at <= now()`,
    ...(windowId === null ? [] : [Prisma.sql`window_id = ${windowId}::uuid`]),
    ...(before === null ? [] : [Prisma.sql`(starts_at, id) < (${before.startsAt}::timestamptz, ${before.id})`]),
  ];
  return db.$queryRaw(Prisma.sql`
    SELECT ${COLUMNS} FROM maintenance_period WHERE ${Prisma.join(conditions, " AND ")}
    ORDER BY starts_at DESC, id DESC LIMIT ${limit}`);
}

/** Writes periods ahead; those that are there stay as they are. */
export function insertPeriods(
  db: Database | Transaction,
  windowId: string,
  { name, reason, queues, scheduleIds }: PlannedWindow,
  periods: readonly PlannedPeriod[],
): Promise<number> {
  return db.$executeRaw(Prisma.sql`
    INSERT INTO maintenance_period (window_id, name, reason, queues, schedule_ids, starts_at, ends_at, planned_end_at)
    SELECT ${windowId}::uuid, ${name}, ${reason}, ${[...queues]}::text[], ${[...scheduleIds]}::uuid[], starts_at, ends_at, ends_at
    FROM unnest(${periods.map(({ startsAt }) => startsAt)}::timestamptz[], ${periods.map(({ endsAt }) => endsAt)}::timestamptz[])
      AS planned(starts_at, ends_at)
    ON CONFLICT DO NOTHING`);
}

/** What has not begun is forgotten. */
export async function deleteFuturePeriods(tx: Transaction, windowId: string): Promise<void> {
  await tx.$executeRaw(
    Prisma.sql`DELETE FROM maintenance_period WHERE window_id = ${windowId}::uuid AND starts_at > now()`,
  );
}

/** Ends what is in force of a window; false where nothing was. The column rounds, and must not round up into the future. */
export async function endPeriodInForce(tx: Transaction, windowId: string, by: string, why: string): Promise<boolean> {
  const ended = await tx.$executeRaw(Prisma.sql`
    UPDATE maintenance_period SET ends_at = date_trunc('milliseconds', now()), ended_by = ${by}, ended_reason = ${why}
    WHERE window_id = ${windowId}::uuid AND starts_at <= now() AND ends_at > now()`);
  return ended > 0;
}

/** What is in force of a window says what the window says now, and ends then, where `endsAt` is given; false where nothing is. */
export async function changePeriodInForce(
  tx: Transaction,
  windowId: string,
  { name, reason, queues, scheduleIds }: PlannedWindow,
  endsAt: Date | null,
): Promise<boolean> {
  const changed = await tx.$executeRaw(Prisma.sql`
    UPDATE maintenance_period SET name = ${name}, reason = ${reason}, queues = ${[...queues]}::text[], schedule_ids = ${[...scheduleIds]}::uuid[],
      ends_at = coalesce(${endsAt}::timestamptz, ends_at), planned_end_at = coalesce(${endsAt}::timestamptz, planned_end_at)
    WHERE window_id = ${windowId}::uuid AND starts_at <= now() AND ends_at > now()`);
  return changed > 0;
}

/**
 * Notes on runs that a window holds why they wait, before a worker asks for them: none may live. Free to be dispatched
 * anew at its end, on the queue or off it.
 */
export function markWaiting(db: Database, limit: number): Promise<number> {
  return db.$executeRaw(Prisma.sql`
    WITH period AS MATERIALIZED (${PERIODS_IN_FORCE}),
    waiting AS (
      SELECT run.id, (SELECT ${WAITING_REASON} FROM period WHERE ${isHeldBy("run")} ORDER BY ends_at DESC, id LIMIT 1) AS why
      FROM run
      WHERE status = 'SCHEDULED' AND NOT held AND reason_code IS NULL AND (next_attempt_at IS NULL OR next_attempt_at <= now())
        AND EXISTS (SELECT FROM period WHERE ${isHeldBy("run")})
      ORDER BY run.id LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    UPDATE run SET reason_code = ${WAITS_FOR_MAINTENANCE}, reason = waiting.why FROM waiting WHERE run.id = waiting.id`);
}

/**
 * Runs that waited for a window's end and are held by none any more, free to be dispatched, in the order of their priority and
 * age; only one of several beats gets each. From now on they count as late anew.
 */
export function releaseWaiting(db: Database, limit: number): Promise<DispatchableRun[]> {
  return db.$queryRaw(Prisma.sql`
    WITH period AS MATERIALIZED (${PERIODS_IN_FORCE}),
    released AS (
      SELECT run.id FROM run
      WHERE status = 'SCHEDULED' AND reason_code = 'MAINTENANCE' AND NOT EXISTS (SELECT FROM period WHERE ${isHeldBy("run")})
      ORDER BY priority, created_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    UPDATE run SET reason_code = NULL, reason = NULL, dispatch_no = dispatch_no + 1, dispatched_at = now(), resumed_at = now()
    FROM released WHERE run.id = released.id
    RETURNING run.id, task, queue, priority, dispatch_no AS "dispatchNo",
      greatest(0, coalesce(extract(epoch FROM next_attempt_at - now()) * 1000, 0))::float8 AS "delayMs"`);
}
