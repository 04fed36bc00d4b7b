import { nextDue } from "@drumline/core/scheduling";
import type { Database } from "@drumline/db";

import { loadSchedules } from "../schedules/schedule-rows.sql.ts";
import type { Schedule } from "../schedules/schedule.ts";
import { isPaused } from "../tick/plan-occurrences.ts";
import { explainLateRun } from "./explain-late-run.ts";
import { loadOldestOpenRuns } from "./late-runs.sql.ts";

/** An occurrence that should be over by now, or at least have begun: the oldest of its schedule. */
export interface LateOccurrence {
  readonly schedule: string;
  readonly dueAt: Date;
  readonly lateMs: number;
  /** What it waits for, as a sentence goes on after its due instant: "and has waited 65 s for a worker". */
  readonly because: string;
}

/**
 * At most one per schedule, oldest first: an occurrence that no beat has written down within its grace, or whose run
 * waits or works longer than `patienceOf` its schedule. Costs a look per schedule, however many runs there are.
 */
export async function loadLateOccurrences(db: Database, now: Date): Promise<LateOccurrence[]> {
  const [schedules, runs] = await Promise.all([loadSchedules(db), loadOldestOpenRuns(db)]);
  const byId = new Map(schedules.map((schedule) => [schedule.id, schedule]));
  const late = new Map<string, LateOccurrence>();
  const alive = schedules.filter((schedule) => schedule.disabledReason === null && !isPaused(schedule, now));
  for (const { schedule, dueAt, lateMs } of findOverdue(alive, now, ({ graceMs }) => graceMs)) {
    const because = `and has waited ${toSeconds(lateMs)} s for a beat`;
    late.set(schedule.key, { schedule: schedule.key, dueAt, lateMs, because });
  }
  for (const run of runs) {
    const schedule = byId.get(run.scheduleId);
    const because = schedule === undefined ? null : explainLateRun(run, schedule, now);
    if (schedule === undefined || because === null) continue;
    const lateMs = now.getTime() - run.dueAt.getTime();
    // Its run is older than any occurrence that is not written down, and what keeps it is the cause of both.
    late.set(schedule.key, { schedule: schedule.key, dueAt: run.dueAt, lateMs, because });
  }
  return [...late.values()].sort((left, right) => right.lateMs - left.lateMs);
}

export interface Overdue<Of extends Schedule> {
  readonly schedule: Of;
  readonly dueAt: Date;
  readonly lateMs: number;
}

/**
 * Schedules whose oldest occurrence without a row is later than allowed: a tick was lost, or nobody was there. The
 * sweep asks with the seconds a tick may take and advances them; health asks with the grace.
 */
export function findOverdue<Of extends Schedule>(
  schedules: readonly Of[],
  now: Date,
  allowedMs: (schedule: Of) => number,
): Overdue<Of>[] {
  return schedules.flatMap((schedule) => {
    if (!schedule.enabled) return [];
    const { trigger, anchorAt, lastDueAt } = schedule;
    const dueAt = nextDue(trigger, lastDueAt ?? anchorAt, anchorAt);
    if (dueAt === null) return [];
    const lateMs = now.getTime() - dueAt.getTime();
    return lateMs > allowedMs(schedule) ? [{ schedule, dueAt, lateMs }] : [];
  });
}

const toSeconds = (ms: number): number => Math.round(ms / 1_000);
