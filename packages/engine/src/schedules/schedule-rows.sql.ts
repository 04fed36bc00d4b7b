import { parseCrontab, type Trigger } from "@drumline/core/scheduling";
import type { JsonObject, MissedPolicy, OverlapPolicy } from "@drumline/core/task";
import { type Database, Prisma, type Transaction } from "@drumline/db";

import type { Schedule } from "./schedule.ts";

interface ScheduleRow {
  readonly id: string;
  readonly key: string;
  readonly source: "ENV" | "API";
  readonly task: string;
  readonly description: string;
  readonly args: JsonObject;
  readonly enabled: boolean;
  readonly disabled_reason: string | null;
  readonly crontab: string | null;
  readonly every_ms: bigint | null;
  readonly timezone: string;
  readonly overlap: OverlapPolicy;
  readonly missed: MissedPolicy;
  readonly grace_ms: bigint;
  readonly timeout_ms: bigint;
  readonly retries: number;
  readonly backoff_ms: bigint;
  readonly priority: number;
  readonly record_limit: number | null;
  readonly paused_at: Date | null;
  readonly paused_until: Date | null;
  readonly paused_reason: string | null;
  readonly anchor_at: Date;
  readonly last_due_at: Date | null;
  readonly content_hash: string;
}

const COLUMNS = Prisma.sql`
  id, key, source::text, task, description, args, enabled, disabled_reason, crontab, every_ms, timezone, overlap::text, missed::text,
  grace_ms, timeout_ms, retries, backoff_ms, priority, record_limit, paused_at, paused_until, paused_reason, anchor_at, last_due_at, content_hash`;

export async function loadSchedules(db: Database | Transaction): Promise<Schedule[]> {
  const rows = await db.$queryRaw<ScheduleRow[]>(Prisma.sql`SELECT ${COLUMNS} FROM schedule ORDER BY key`);
  return rows.map(toSchedule);
}

/** Locks in a fixed order, so that two beats that advance the same schedules wait for each other instead of dying. */
export async function lockSchedules(tx: Transaction, ids: readonly string[]): Promise<Schedule[]> {
  const rows = await tx.$queryRaw<ScheduleRow[]>(Prisma.sql`
    SELECT ${COLUMNS} FROM schedule WHERE id = ANY(${ids}::uuid[]) ORDER BY id FOR UPDATE`);
  return rows.map(toSchedule);
}

/** Changes whenever any schedule does: cheap enough to ask every two seconds. */
export async function loadSchedulesVersion(db: Database): Promise<string> {
  const [row] = await db.$queryRaw<{ version: string }[]>(Prisma.sql`
    SELECT count(*) || ':' || coalesce(sum(version), 0) || ':' || coalesce(max(updated_at)::text, '') AS version FROM schedule`);
  return row!.version;
}

function toSchedule(row: ScheduleRow): Schedule {
  return {
    id: row.id,
    key: row.key,
    source: row.source,
    task: row.task,
    description: row.description,
    args: row.args,
    enabled: row.enabled,
    disabledReason: row.disabled_reason,
    trigger: toTrigger(row),
    overlap: row.overlap,
    missed: row.missed,
    graceMs: Number(row.grace_ms),
    timeoutMs: Number(row.timeout_ms),
    retries: row.retries,
    backoffMs: Number(row.backoff_ms),
    priority: row.priority,
    recordLimit: row.record_limit,
    pausedAt: row.paused_at,
    pausedUntil: row.paused_until,
    pausedReason: row.paused_reason,
    anchorAt: row.anchor_at,
    lastDueAt: row.last_due_at,
    contentHash: row.content_hash,
  };
}

function toTrigger({ key, crontab, every_ms, timezone }: ScheduleRow): Trigger {
  if (crontab === null) return { kind: "interval", everyMs: Number(every_ms) };
  return { kind: "crontab", crontab: parseCrontab(crontab, `schedule ${key}`), timezone };
}
