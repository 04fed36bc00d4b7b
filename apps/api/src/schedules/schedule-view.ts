import { SECOND_MS } from "@drumline/core/clock";
import { describeTrigger, formatTrigger, nextDue, toPingOrigin } from "@drumline/core/scheduling";
import { policiesOf, POLICY_VIEW_SCHEMAS } from "@drumline/core/task";
import { loadSchedules, type StoredSchedule } from "@drumline/engine";
import { z } from "zod";

import type { ApiParts } from "../api.ts";
import { type LastRun, loadLastRuns } from "./last-runs.sql.ts";

export const scheduleSchema = z
  .object({
    id: z.string(),
    key: z.string(),
    task: z.string(),
    source: z.enum(["ENV", "API"]).describe("ENV ones are set by env keys, and cannot be changed here."),
    description: z.string(),
    enabled: z.boolean(),
    disabledReason: z
      .string()
      .nullable()
      .describe("Why it does not run; while enabled: no living beat knows its task."),
    trigger: z.string().describe("`every 300s`, or five cron fields."),
    crontab: z.string().nullable(),
    everySeconds: z.int().nullable(),
    inWords: z.string(),
    timezone: z.string().nullable().describe("Null for intervals, which know no zone."),
    args: z.record(z.string(), z.unknown()),
    ...POLICY_VIEW_SCHEMAS,
    pingOrigin: z.string().nullable().describe("Where its pings go; the rest of the URL is a secret."),
    paused: z
      .object({
        at: z.string(),
        until: z.string().nullable(),
        by: z.string().nullable(),
        reason: z.string().nullable(),
      })
      .nullable(),
    version: z.int().describe("Send it with a change: 409 when somebody else changed it meanwhile."),
    createdAt: z.string(),
    updatedAt: z.string(),
    nextDueAt: z.string().nullable().describe("Null while it does not run."),
    lastRun: z
      .object({
        id: z.string(),
        status: z.string(),
        dueAt: z.string(),
        finishedAt: z.string().nullable(),
        reason: z.string().nullable(),
      })
      .nullable(),
  })
  .meta({ id: "Schedule" });

export type ScheduleView = z.infer<typeof scheduleSchema>;

export async function loadScheduleViews({ db, clock }: ApiParts): Promise<ScheduleView[]> {
  const [schedules, lastRuns] = await Promise.all([loadSchedules(db), loadLastRuns(db)]);
  return schedules.map((schedule) => toScheduleView(schedule, lastRuns.get(schedule.id), clock.now()));
}

export function toScheduleView(schedule: StoredSchedule, lastRun: LastRun | undefined, now: Date): ScheduleView {
  const { trigger, enabled, anchorAt, pausedAt, pausedUntil, pausedBy, pausedReason } = schedule;
  const { id, key, task, source, description, disabledReason, args, pingUrl, version, createdAt, updatedAt } = schedule;
  return {
    id,
    key,
    task,
    source,
    description,
    enabled,
    disabledReason,
    ...policiesOf(schedule),
    pingOrigin: pingUrl === null ? null : toPingOrigin(pingUrl),
    version,
    args: { ...args },
    trigger: formatTrigger(trigger),
    crontab: trigger.kind === "crontab" ? trigger.crontab.text : null,
    everySeconds: trigger.kind === "interval" ? trigger.everyMs / SECOND_MS : null,
    inWords: describeTrigger(trigger),
    timezone: trigger.kind === "crontab" ? trigger.timezone : null,
    paused:
      pausedAt === null
        ? null
        : { at: pausedAt.toISOString(), until: toIso(pausedUntil), by: pausedBy, reason: pausedReason },
    nextDueAt: enabled && disabledReason === null ? toIso(nextDue(trigger, now, anchorAt)) : null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    lastRun: lastRun === undefined ? null : toLastRunView(lastRun),
  };
}

function toLastRunView({ id, status, dueAt, finishedAt, reason }: LastRun): NonNullable<ScheduleView["lastRun"]> {
  return { id, status, dueAt: dueAt.toISOString(), finishedAt: toIso(finishedAt), reason };
}

const toIso = (instant: Date | null): string | null => instant?.toISOString() ?? null;
