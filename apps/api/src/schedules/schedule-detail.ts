import { warningsOf } from "@drumline/core/scheduling";
import { loadSchedule, NoSuchSchedule, type StoredSchedule } from "@drumline/engine";
import { z } from "zod";

import type { ApiParts } from "../api.ts";
import { loadLastRuns } from "./last-runs.sql.ts";
import { scheduleSchema, toScheduleView } from "./schedule-view.ts";

export const scheduleDetailSchema = scheduleSchema
  .extend({ warnings: z.array(z.string()).describe("What its crontab does that its author may not expect.") })
  .meta({ id: "ScheduleDetail" });

export type ScheduleDetail = z.infer<typeof scheduleDetailSchema>;

export async function toScheduleDetail({ db, clock }: ApiParts, schedule: StoredSchedule): Promise<ScheduleDetail> {
  const lastRuns = await loadLastRuns(db, [schedule.id]);
  return {
    ...toScheduleView(schedule, lastRuns.get(schedule.id), clock.now()),
    warnings: warningsOf(schedule.trigger, clock.now()),
  };
}

/** @throws {NoSuchSchedule} for a deleted one too */
export async function requireSchedule({ db }: ApiParts, idOrKey: string): Promise<StoredSchedule> {
  const found = await loadSchedule(db, idOrKey);
  if (found === null || found.deletedAt !== null) throw new NoSuchSchedule(idOrKey, found?.deletedAt ?? null);
  return found;
}

export const scheduleParams = z.object({ id: z.string().min(1).max(100).describe("Id or key of the schedule.") });
