import { nextDue } from "@drumline/core/scheduling";
import type { Database } from "@drumline/db";
import {
  isLiving,
  loadLateOccurrences,
  loadProcesses,
  loadRuns,
  loadSchedules,
  type RunRow,
  type StoredSchedule,
} from "@drumline/engine";
import { countOpenProblems } from "@drumline/problems";

/** A schedule that falls due soon. */
export interface DueSoon {
  readonly key: string;
  readonly task: string;
  readonly dueAt: Date;
  readonly pausedBy: string | null;
  readonly pausedReason: string | null;
}

/** What `drumline top` shows, as it was at one instant. */
export interface TopFacts {
  readonly at: Date;
  readonly beats: number;
  readonly workers: number;
  readonly schedulesOn: number;
  readonly openProblems: number;
  /** The oldest first. */
  readonly late: readonly { readonly schedule: string; readonly lateMs: number }[];
  readonly running: readonly RunRow[];
  readonly next: readonly DueSoon[];
  /** The newest first. */
  readonly failures: readonly RunRow[];
}

const MOST_ROWS = 50;
const NEXT_SHOWN = 10;

export async function loadTopFacts(db: Database, now: Date): Promise<TopFacts> {
  const [processes, schedules, late, problems, running, failed, timedOut] = await Promise.all([
    loadProcesses(db),
    loadSchedules(db),
    loadLateOccurrences(db, now),
    countOpenProblems(db),
    loadRuns(db, { status: "PROCESSING" }, null, MOST_ROWS),
    loadRuns(db, { status: "FAILED" }, null, MOST_ROWS),
    loadRuns(db, { status: "TIMED_OUT" }, null, MOST_ROWS),
  ]);
  const living = processes.filter(isLiving);
  return {
    at: now,
    beats: living.filter(({ kind }) => kind === "beat").length,
    workers: living.filter(({ kind }) => kind === "worker").length,
    schedulesOn: schedules.filter(({ enabled }) => enabled).length,
    openProblems: problems.reduce((sum, { count }) => sum + count, 0),
    late: late.map(({ schedule, lateMs }) => ({ schedule, lateMs })),
    running,
    next: findNext(schedules, now),
    failures: [...failed, ...timedOut].sort((left, right) => endOf(right) - endOf(left)).slice(0, MOST_ROWS),
  };
}

function findNext(schedules: readonly StoredSchedule[], now: Date): DueSoon[] {
  return schedules
    .filter(({ enabled }) => enabled)
    .flatMap((schedule) => {
      const { key, task, trigger, anchorAt } = schedule;
      const dueAt = nextDue(trigger, now, anchorAt);
      if (dueAt === null) return [];
      const pausedBy = isPausedAt(schedule, dueAt) ? schedule.pausedBy : null;
      return [{ key, task, dueAt, pausedBy, pausedReason: pausedBy === null ? null : schedule.pausedReason }];
    })
    .sort((left, right) => left.dueAt.getTime() - right.dueAt.getTime())
    .slice(0, NEXT_SHOWN);
}

const isPausedAt = ({ pausedAt, pausedUntil }: StoredSchedule, at: Date): boolean =>
  pausedAt !== null && (pausedUntil === null || pausedUntil > at);

const endOf = ({ finishedAt, createdAt }: RunRow): number => (finishedAt ?? createdAt).getTime();
