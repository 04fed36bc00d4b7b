import { randomUUID } from "node:crypto";

import { formatTrigger } from "@drumline/core/scheduling";
import { Prisma, type Transaction } from "@drumline/db";

import { POLICY_COLUMNS, SET_POLICIES, toPolicyColumns } from "../ledger/policy-columns.sql.ts";
import { type DesiredSchedule, type Schedule, toContentHash } from "./schedule.ts";
import type { ScheduleChange } from "./plan-schedule-changes.ts";

/** When a schedule is written, and with which catalogue: 0 where it is not a beat that writes. */
export interface Writing {
  readonly now: Date;
  readonly catalogueVersion: number;
}

/**
 * Inserts schedules that start to count at `now`: a new interval waits one interval, as Celery's does. Answers how many
 * there are new; one whose key is taken is left out.
 */
export async function insertSchedules(
  tx: Transaction,
  schedules: readonly (DesiredSchedule & { readonly id?: string })[],
  { now, catalogueVersion }: Writing,
): Promise<number> {
  if (schedules.length === 0) return 0;
  const rows = schedules.map((schedule) => ({
    id: schedule.id ?? randomUUID(),
    ...toColumns(schedule),
    anchor_at: now,
    catalogue_version: catalogueVersion,
  }));
  return tx.$executeRaw(Prisma.sql`
    INSERT INTO schedule (id, key, name, source, task, description, args, enabled, trigger_kind, crontab, every_ms, timezone, ${POLICY_COLUMNS},
      ping_url, anchor_at, content_hash, catalogue_version)
    SELECT id, key, name, source, task, description, args, enabled, trigger_kind, crontab, every_ms, timezone, ${POLICY_COLUMNS},
      ping_url, anchor_at, content_hash, catalogue_version
    FROM jsonb_populate_recordset(NULL::schedule, ${JSON.stringify(rows)}::jsonb)
    ON CONFLICT (key) DO NOTHING`);
}

export async function updateSchedules(
  tx: Transaction,
  changes: readonly ScheduleChange[],
  { now, catalogueVersion }: Writing,
): Promise<void> {
  if (changes.length === 0) return;
  const rows = changes.map(({ before, after, restartsClock }) => ({
    ...toColumns(after),
    id: before.id,
    anchor_at: restartsClock ? now : before.anchorAt,
    last_due_at: restartsClock ? null : before.lastDueAt,
    catalogue_version: catalogueVersion,
  }));
  await tx.$executeRaw(Prisma.sql`
    UPDATE schedule SET
      name = r.name, task = r.task, description = r.description, args = r.args, enabled = r.enabled, disabled_reason = NULL,
      trigger_kind = r.trigger_kind, crontab = r.crontab, every_ms = r.every_ms, timezone = r.timezone,
      ${SET_POLICIES}, ping_url = r.ping_url, anchor_at = r.anchor_at, last_due_at = r.last_due_at, content_hash = r.content_hash, catalogue_version = r.catalogue_version,
      version = schedule.version + 1, updated_at = now()
    FROM jsonb_populate_recordset(NULL::schedule, ${JSON.stringify(rows)}::jsonb) AS r
    WHERE schedule.id = r.id`);
}

export async function disableSchedules(
  tx: Transaction,
  schedules: readonly Schedule[],
  { reason, catalogueVersion }: { reason: string; catalogueVersion: number },
): Promise<void> {
  if (schedules.length === 0) return;
  await tx.$executeRaw(Prisma.sql`
    UPDATE schedule SET enabled = false, disabled_reason = ${reason}, content_hash = '', catalogue_version = ${catalogueVersion},
      version = version + 1, updated_at = now()
    WHERE id = ANY(${schedules.map(({ id }) => id)}::uuid[])`);
}

function toColumns(schedule: DesiredSchedule) {
  const { trigger } = schedule;
  return {
    key: schedule.key,
    name: schedule.name,
    source: schedule.source,
    task: schedule.task,
    description: schedule.description,
    args: schedule.args,
    enabled: schedule.enabled,
    trigger_kind: trigger.kind === "interval" ? "INTERVAL" : "CRONTAB",
    crontab: trigger.kind === "interval" ? null : formatTrigger(trigger),
    every_ms: trigger.kind === "interval" ? trigger.everyMs : null,
    timezone: trigger.kind === "interval" ? "UTC" : trigger.timezone,
    ...toPolicyColumns(schedule),
    ping_url: schedule.pingUrl,
    content_hash: toContentHash(schedule),
  };
}
