import { describeTrigger, formatTrigger, nextDue } from "@drumline/core/scheduling";
import { loadSchedules, type Schedule } from "@drumline/engine";
import { z } from "zod";

import type { ApiParts } from "../api.ts";
import { type LastRun, loadLastRuns } from "./last-runs.sql.ts";

export const scheduleSchema = z
  .object({
    key: z.string(),
    task: z.string(),
    source: z.enum(["ENV", "API"]),
    description: z.string(),
    enabled: z.boolean(),
    disabledReason: z.string().nullable(),
    trigger: z.string().describe("`every 300s`, or five cron fields."),
    inWords: z.string(),
    timezone: z.string().nullable().describe("Null for intervals, which know no zone."),
    args: z.record(z.string(), z.unknown()),
    overlap: z.string(),
    missed: z.string(),
    graceMs: z.int(),
    paused: z.object({ until: z.string().nullable(), reason: z.string().nullable() }).nullable(),
    nextDueAt: z.string().nullable().describe("Null while disabled."),
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
  return schedules.map((schedule) => toView(schedule, lastRuns.get(schedule.id), clock.now()));
}

function toView(schedule: Schedule, lastRun: LastRun | undefined, now: Date): ScheduleView {
  const { trigger, enabled, anchorAt, pausedAt, pausedUntil, pausedReason } = schedule;
  const { key, task, source, description, disabledReason, args, overlap, missed, graceMs } = schedule;
  return {
    key,
    task,
    source,
    description,
    enabled,
    disabledReason,
    overlap,
    missed,
    graceMs,
    args: { ...args },
    trigger: formatTrigger(trigger),
    inWords: describeTrigger(trigger),
    timezone: trigger.kind === "crontab" ? trigger.timezone : null,
    paused: pausedAt === null ? null : { until: toIso(pausedUntil), reason: pausedReason },
    nextDueAt: enabled ? toIso(nextDue(trigger, now, anchorAt)) : null,
    lastRun:
      lastRun === undefined
        ? null
        : {
            id: lastRun.id,
            status: lastRun.status,
            dueAt: lastRun.dueAt.toISOString(),
            finishedAt: toIso(lastRun.finishedAt),
            reason: lastRun.reason,
          },
  };
}

const toIso = (instant: Date | null): string | null => instant?.toISOString() ?? null;
