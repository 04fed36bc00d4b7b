import { type Database, Prisma, type Transaction } from "@drumline/db";

import type { PlannedWindow, WindowTiming } from "./plan-window.ts";

/** A window as it is stored, with what is in force and what comes of it. */
export interface MaintenanceWindow extends PlannedWindow {
  readonly id: string;
  /** Keys of `scheduleIds`. */
  readonly schedules: readonly string[];
  /** One more with each change. */
  readonly version: number;
  readonly createdAt: Date;
  readonly closedAt: Date | null;
  /** Until when runs wait, where it is in force. */
  readonly inForceUntil: Date | null;
  /** When it is in force next, three at most. */
  readonly nextStarts: readonly Date[];
}

interface WindowRow {
  readonly id: string;
  readonly name: string;
  readonly reason: string;
  readonly queues: string[];
  readonly scheduleIds: string[];
  readonly schedules: string[];
  readonly startsAt: Date | null;
  readonly endsAt: Date | null;
  readonly crontab: string | null;
  readonly timezone: string | null;
  readonly durationMs: number | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly closedAt: Date | null;
  readonly inForceUntil: Date | null;
  readonly nextStarts: Date[];
}

/** What a row of the audit says was done. */
export const WINDOW_ACTIONS = ["CREATE", "UPDATE", "END", "CLOSE"] as const;
export type WindowAction = (typeof WINDOW_ACTIONS)[number];

/** One change of a window by a person. */
export interface WindowChange {
  readonly id: bigint;
  readonly action: WindowAction;
  readonly by: string;
  readonly at: Date;
  readonly why: string;
  readonly version: number;
  readonly before: unknown;
  readonly after: unknown;
}

const WINDOWS = Prisma.sql`
  SELECT id, name, reason, queues, schedule_ids AS "scheduleIds",
    ARRAY(SELECT key FROM schedule WHERE schedule.id = ANY(maintenance_window.schedule_ids) ORDER BY key) AS schedules,
    starts_at AS "startsAt", ends_at AS "endsAt", crontab, timezone, duration_ms::float8 AS "durationMs", version,
    created_at AS "createdAt", closed_at AS "closedAt",
    (SELECT max(ends_at) FROM maintenance_period AS period
      WHERE window_id = maintenance_window.id AND starts_at <= now() AND ends_at > now()) AS "inForceUntil",
    ARRAY(SELECT starts_at FROM maintenance_period AS period
      WHERE window_id = maintenance_window.id AND starts_at > now() ORDER BY starts_at LIMIT 3) AS "nextStarts"
  FROM maintenance_window`;

/** Where a page of windows ended. */
export interface WindowCursor {
  readonly createdAt: Date;
  readonly id: string;
}

/** Newest first; `open` leaves out those of which nothing is in force and nothing comes, or has only these. */
export async function loadWindows(
  db: Database,
  { open }: { readonly open?: boolean | undefined },
  before: WindowCursor | null,
  limit: number,
): Promise<MaintenanceWindow[]> {
  const isOpen = Prisma.sql`EXISTS (SELECT FROM maintenance_period WHERE window_id = maintenance_window.id AND ends_at > now())`;
  const conditions = [
    Prisma.sql`TRUE`,
    ...(open === undefined ? [] : [open ? isOpen : Prisma.sql`NOT ${isOpen}`]),
    ...(before === null ? [] : [Prisma.sql`(created_at, id) < (${before.createdAt}::timestamptz, ${before.id}::uuid)`]),
  ];
  const rows = await db.$queryRaw<WindowRow[]>(Prisma.sql`
    ${WINDOWS} WHERE ${Prisma.join(conditions, " AND ")} ORDER BY created_at DESC, id DESC LIMIT ${limit}`);
  return rows.map(toWindow);
}

export async function loadWindow(db: Database | Transaction, id: string): Promise<MaintenanceWindow | null> {
  const [row] = await db.$queryRaw<WindowRow[]>(Prisma.sql`${WINDOWS} WHERE id = ${id}::uuid`);
  return row === undefined ? null : toWindow(row);
}

/** As `loadWindow`, and nobody else changes it until the transaction ends. */
export async function lockWindow(tx: Transaction, id: string): Promise<MaintenanceWindow | null> {
  await tx.$executeRaw(Prisma.sql`SELECT 1 FROM maintenance_window WHERE id = ${id}::uuid FOR UPDATE`);
  return loadWindow(tx, id);
}

/** Recurring windows with fewer than `ahead` periods to come, and the last period they have. */
export async function loadShortWindows(
  db: Database,
  ahead: number,
): Promise<{ readonly window: MaintenanceWindow; readonly lastStart: Date | null }[]> {
  const rows = await db.$queryRaw<(WindowRow & { lastStart: Date | null })[]>(Prisma.sql`
    SELECT known.*, last.starts_at AS "lastStart" FROM (${WINDOWS} WHERE crontab IS NOT NULL AND closed_at IS NULL) AS known
    CROSS JOIN LATERAL (
      SELECT max(starts_at) AS starts_at, count(*) FILTER (WHERE starts_at > now()) AS ahead
      FROM maintenance_period WHERE window_id = known.id) AS last
    WHERE last.ahead < ${ahead}`);
  return rows.map((row) => ({ window: toWindow(row), lastStart: row.lastStart }));
}

export async function insertWindow(tx: Transaction, id: string, window: PlannedWindow): Promise<void> {
  const { startsAt, endsAt, crontab, timezone, durationMs } = toColumns(window.timing);
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO maintenance_window (id, name, reason, queues, schedule_ids, starts_at, ends_at, crontab, timezone, duration_ms)
    VALUES (${id}::uuid, ${window.name}, ${window.reason}, ${[...window.queues]}::text[], ${[...window.scheduleIds]}::uuid[],
      ${startsAt}::timestamptz, ${endsAt}::timestamptz, ${crontab}, ${timezone}, ${durationMs}::bigint)`);
}

export async function saveWindow(tx: Transaction, id: string, window: PlannedWindow): Promise<void> {
  const { startsAt, endsAt, crontab, timezone, durationMs } = toColumns(window.timing);
  await tx.$executeRaw(Prisma.sql`
    UPDATE maintenance_window SET name = ${window.name}, reason = ${window.reason}, queues = ${[...window.queues]}::text[],
      schedule_ids = ${[...window.scheduleIds]}::uuid[], starts_at = ${startsAt}::timestamptz, ends_at = ${endsAt}::timestamptz,
      crontab = ${crontab}, timezone = ${timezone}, duration_ms = ${durationMs}::bigint, version = version + 1
    WHERE id = ${id}::uuid`);
}

/** One version more, and closed where it is to be. */
export async function markWindow(tx: Transaction, id: string, { closed }: { readonly closed: boolean }): Promise<void> {
  await tx.$executeRaw(Prisma.sql`
    UPDATE maintenance_window SET version = version + 1, closed_at = CASE WHEN ${closed} THEN now() ELSE closed_at END
    WHERE id = ${id}::uuid`);
}

export async function insertWindowChange(
  tx: Transaction,
  change: {
    readonly action: WindowAction;
    readonly by: string;
    readonly why: string;
    readonly before: MaintenanceWindow | null;
    readonly after: MaintenanceWindow;
  },
): Promise<void> {
  const { action, by, why, before, after } = change;
  const toJson = (window: MaintenanceWindow | null) => (window === null ? null : JSON.stringify(toSnapshot(window)));
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO maintenance_change (window_id, action, changed_by, why, version, before, after)
    VALUES (${after.id}::uuid, ${action}, ${by}, ${why}, ${after.version}, ${toJson(before)}::jsonb, ${toJson(after)}::jsonb)`);
}

/** Newest first. */
export function loadWindowChanges(db: Database, windowId: string, limit: number): Promise<WindowChange[]> {
  return db.$queryRaw(Prisma.sql`
    SELECT id, action, changed_by AS "by", changed_at AS "at", why, version, before, after
    FROM maintenance_change WHERE window_id = ${windowId}::uuid ORDER BY id DESC LIMIT ${limit}`);
}

/** The ids behind keys or ids of schedules, by what was asked. */
export async function findScheduleIds(tx: Transaction, asked: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (asked.length === 0) return new Map();
  const rows = await tx.$queryRaw<{ asked: string; id: string }[]>(Prisma.sql`
    SELECT asked, schedule.id FROM unnest(${[...asked]}::text[]) AS asked
    JOIN schedule ON (schedule.key = asked OR schedule.id::text = lower(asked)) AND deleted_at IS NULL`);
  return new Map(rows.map((row) => [row.asked, row.id]));
}

function toColumns(timing: WindowTiming) {
  return timing.kind === "once"
    ? { startsAt: timing.startsAt, endsAt: timing.endsAt, crontab: null, timezone: null, durationMs: null }
    : {
        startsAt: null,
        endsAt: null,
        crontab: timing.crontab,
        timezone: timing.timezone,
        durationMs: timing.durationMs,
      };
}

const toSnapshot = ({ name, reason, queues, schedules, timing, closedAt }: MaintenanceWindow) => ({
  name,
  reason,
  queues,
  schedules,
  ...timing,
  closedAt,
});

function toWindow({ startsAt, endsAt, crontab, timezone, durationMs, ...row }: WindowRow): MaintenanceWindow {
  const timing: WindowTiming =
    crontab === null
      ? { kind: "once", startsAt: startsAt!, endsAt: endsAt! }
      : { kind: "recurring", crontab, timezone: timezone!, durationMs: durationMs! };
  return { ...row, timing };
}
