import { formatTrigger, toPingOrigin } from "@drumline/core/scheduling";
import { type JsonObject, policiesOf } from "@drumline/core/task";
import { type Database, Prisma, type Transaction } from "@drumline/db";

import { hashOf } from "../ledger/hash.ts";
import type { StoredSchedule } from "./schedule.ts";

/** What a row of the audit says was done. */
export const CHANGE_ACTIONS = ["CREATE", "UPDATE", "ENABLE", "DISABLE", "PAUSE", "RESUME", "DELETE"] as const;
export type ChangeAction = (typeof CHANGE_ACTIONS)[number];

export interface NewScheduleChange {
  readonly action: ChangeAction;
  readonly changedBy: string;
  readonly changedAt: Date;
  readonly before: StoredSchedule | null;
  readonly after: StoredSchedule;
}

/** One row of the audit. */
export interface ScheduleChangeRow {
  readonly id: bigint;
  readonly scheduleId: string;
  readonly key: string;
  readonly action: ChangeAction;
  readonly changedBy: string;
  readonly changedAt: Date;
  readonly version: number;
  readonly before: unknown;
  readonly after: unknown;
}

export async function insertScheduleChange(tx: Transaction, change: NewScheduleChange): Promise<void> {
  const { action, changedBy, changedAt, before, after } = change;
  const isGone = after.deletedAt !== null;
  await tx.$executeRaw(Prisma.sql`
    INSERT INTO schedule_change (schedule_id, action, changed_by, changed_at, version, before, after)
    VALUES (${after.id}::uuid, ${action}, ${changedBy}, ${changedAt}::timestamptz, ${after.version},
      ${before === null ? null : JSON.stringify(toSnapshot(before))}::jsonb,
      ${isGone ? null : JSON.stringify(toSnapshot(after))}::jsonb)`);
}

/** Newest first, strictly older than `beforeId`; of one schedule, deleted or not, or of all. */
export function loadScheduleChanges(
  db: Database,
  scheduleId: string | null,
  beforeId: bigint | null,
  limit: number,
): Promise<ScheduleChangeRow[]> {
  const conditions = [
    Prisma.sql`TRUE`,
    ...(scheduleId === null ? [] : [Prisma.sql`change.schedule_id = ${scheduleId}::uuid`]),
    ...(beforeId === null ? [] : [Prisma.sql`change.id < ${beforeId}`]),
  ];
  return db.$queryRaw<ScheduleChangeRow[]>(Prisma.sql`
    SELECT change.id, change.schedule_id AS "scheduleId", schedule.key, action, changed_by AS "changedBy",
      changed_at AS "changedAt", change.version, before, after
    FROM schedule_change AS change JOIN schedule ON schedule.id = change.schedule_id
    WHERE ${Prisma.join(conditions, " AND ")} ORDER BY change.id DESC LIMIT ${limit}`);
}

/** The URL is a secret; the mark is of all of it, so that a change within one origin is seen. */
const toShownPingUrl = (url: string): string => `${toPingOrigin(url)}/… (#${hashOf(url).slice(0, 8)})`;

/** As a person would write it, so that two of them can be compared by eye. */
function toSnapshot(schedule: StoredSchedule): JsonObject {
  const { key, name, task, description, args, enabled, trigger, pingUrl } = schedule;
  const { pausedAt, pausedUntil, pausedBy, pausedReason } = schedule;
  const when =
    trigger.kind === "interval"
      ? { everySeconds: trigger.everyMs / 1_000 }
      : { crontab: formatTrigger(trigger), timezone: trigger.timezone };
  const paused =
    pausedAt === null ? null : { until: pausedUntil?.toISOString() ?? null, by: pausedBy, reason: pausedReason };
  return {
    key,
    name,
    task,
    description,
    args,
    enabled,
    ...when,
    ...policiesOf(schedule),
    pingUrl: pingUrl === null ? null : toShownPingUrl(pingUrl),
    paused,
  };
}
