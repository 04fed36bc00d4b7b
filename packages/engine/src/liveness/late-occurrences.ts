import { nextDue } from "@drumline/core/scheduling";
import type { Database } from "@drumline/db";

import { loadSchedules } from "../schedules/schedule-rows.sql.ts";
import type { Schedule } from "../schedules/schedule.ts";
import { isPaused } from "../tick/plan-occurrences.ts";
import { loadLateRuns } from "./late-runs.sql.ts";

/** An occurrence that fell due longer ago than its schedule's grace, and has not begun. */
export interface LateOccurrence {
  readonly schedule: string;
  readonly dueAt: Date;
  readonly lateMs: number;
  /** No beat has written it down, or it is written down and no worker has taken it. */
  readonly waitsFor: "beat" | "worker";
}

/** At most one per schedule that waits for beat, and the runs that wait for a worker; oldest first. */
export async function loadLateOccurrences(db: Database, now: Date): Promise<LateOccurrence[]> {
  const [schedules, runs] = await Promise.all([loadSchedules(db), loadLateRuns(db, now)]);
  const waiting = runs.map(({ schedule, dueAt }): LateOccurrence => ({
    schedule,
    dueAt,
    lateMs: now.getTime() - dueAt.getTime(),
    waitsFor: "worker",
  }));
  return [...findOverdue(schedules, now), ...waiting].sort((left, right) => right.lateMs - left.lateMs);
}

/** Schedules whose oldest occurrence without a row is past its grace. */
export function findOverdue(schedules: readonly Schedule[], now: Date): LateOccurrence[] {
  return schedules.flatMap((schedule) => {
    if (!schedule.enabled || isPaused(schedule, now)) return [];
    const after = new Date(Math.max(schedule.anchorAt.getTime(), schedule.lastDueAt?.getTime() ?? 0));
    const dueAt = nextDue(schedule.trigger, after, schedule.anchorAt);
    if (dueAt === null) return [];
    const lateMs = now.getTime() - dueAt.getTime();
    return lateMs > schedule.graceMs ? [{ schedule: schedule.key, dueAt, lateMs, waitsFor: "beat" as const }] : [];
  });
}
