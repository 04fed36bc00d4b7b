import { SECOND_MS } from "@drumline/core/clock";
import { describeTrigger, formatTrigger, nextDue, toPingOrigin } from "@drumline/core/scheduling";
import { POLICY_VIEW_SCHEMAS } from "@drumline/core/task";
import { loadSchedule, loadSchedules, NoSuchSchedule, type StoredSchedule } from "@drumline/engine";
import { z } from "zod";

import type { ApiParts } from "../api.ts";
import { instant } from "../http/wire.ts";
import { type LastRun, loadLastRuns } from "./last-runs.sql.ts";
import { explanationShape, toExplanation } from "./trigger-explanation.ts";

export const scheduleSchema = z
  .object({
    id: z.string(),
    key: z.string().describe("Its identifier."),
    name: z.string(),
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
    args: z.record(z.string(), z.unknown()).readonly(),
    ...POLICY_VIEW_SCHEMAS,
    pingOrigin: z.string().nullable().describe("Where its pings go; the rest of the URL is a secret."),
    paused: z
      .object({
        at: instant,
        until: instant.nullable(),
        by: z.string().nullable(),
        reason: z.string().nullable(),
      })
      .nullable(),
    version: z.int().describe("Send it with a change: 409 when somebody else changed it meanwhile."),
    createdAt: instant,
    updatedAt: instant,
    nextDueAt: instant.nullable().describe("Null while it does not run."),
    lastRun: z
      .object({
        id: z.string(),
        status: z.string(),
        dueAt: instant,
        startedAt: instant.nullable(),
        finishedAt: instant.nullable(),
        reason: z.string().nullable(),
      })
      .nullable(),
  })
  .meta({ id: "Schedule" });

export type ScheduleView = z.output<typeof scheduleSchema>;

export const scheduleDetailSchema = scheduleSchema.extend(explanationShape).meta({ id: "ScheduleDetail" });

export const scheduleParams = z.object({ id: z.string().min(1).max(100).describe("Id or key of the schedule.") });

export async function loadScheduleViews({ db, clock }: ApiParts): Promise<ScheduleView[]> {
  const [schedules, lastRuns] = await Promise.all([loadSchedules(db), loadLastRuns(db)]);
  return schedules.map((schedule) => toScheduleView(schedule, lastRuns.get(schedule.id), clock.now()));
}

export async function toScheduleDetail(
  { db, clock }: ApiParts,
  schedule: StoredSchedule,
): Promise<z.output<typeof scheduleDetailSchema>> {
  const lastRuns = await loadLastRuns(db, [schedule.id]);
  const now = clock.now();
  return {
    ...toScheduleView(schedule, lastRuns.get(schedule.id), now),
    ...toExplanation(schedule.trigger, now, schedule.anchorAt),
  };
}

/** @throws {NoSuchSchedule} for a deleted one too */
export async function requireSchedule({ db }: ApiParts, idOrKey: string): Promise<StoredSchedule> {
  const found = await loadSchedule(db, idOrKey);
  if (found === null || found.deletedAt !== null) throw new NoSuchSchedule(idOrKey, found?.deletedAt ?? null);
  return found;
}

export function toScheduleView(schedule: StoredSchedule, lastRun: LastRun | undefined, now: Date): ScheduleView {
  // The URL is a secret: it must not ride along, even to be left out by the schema.
  const { trigger, anchorAt, pausedAt, pausedUntil, pausedBy, pausedReason, pingUrl, ...fields } = schedule;
  const runs = fields.enabled && fields.disabledReason === null;
  return {
    ...fields,
    pingOrigin: pingUrl === null ? null : toPingOrigin(pingUrl),
    trigger: formatTrigger(trigger),
    crontab: trigger.kind === "crontab" ? trigger.crontab.text : null,
    everySeconds: trigger.kind === "interval" ? trigger.everyMs / SECOND_MS : null,
    inWords: describeTrigger(trigger),
    timezone: trigger.kind === "crontab" ? trigger.timezone : null,
    paused: pausedAt === null ? null : { at: pausedAt, until: pausedUntil, by: pausedBy, reason: pausedReason },
    nextDueAt: runs ? nextDue(trigger, now, anchorAt) : null,
    lastRun: lastRun ?? null,
  };
}
