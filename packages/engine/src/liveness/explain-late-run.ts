import { nextDue } from "@drumline/core/scheduling";
import { cutText } from "@drumline/core/text";

import { WAITS_FOR_MAINTENANCE } from "../maintenance/periods.sql.ts";
import type { Schedule } from "../schedules/schedule.ts";
import type { OldestOpenRun } from "./late-runs.sql.ts";

/** An interval schedule bears a run that is open over so many of its intervals; more, and it falls behind for good. */
const INTERVALS = 3;

/**
 * How long after its due instant a run may be open: three intervals, or for a crontab its timeout, but no longer than
 * until the next occurrence is due; never less than the grace.
 */
export function patienceOf(
  { trigger, graceMs, timeoutMs, anchorAt }: Pick<Schedule, "trigger" | "graceMs" | "timeoutMs" | "anchorAt">,
  dueAt: Date,
): number {
  if (trigger.kind === "interval") return Math.max(graceMs, INTERVALS * trigger.everyMs);
  const untilNextMs = (nextDue(trigger, dueAt, anchorAt)?.getTime() ?? Number.POSITIVE_INFINITY) - dueAt.getTime();
  return Math.max(graceMs, Math.min(timeoutMs, untilNextMs));
}

/** What an open run waits for or works at, once that is too long; null while it is not. One that never began has its grace only. */
export function explainLateRun(run: OldestOpenRun, schedule: Schedule, now: Date): string | null {
  // A window that somebody planned is nothing to be alarmed of.
  if (run.reasonCode === WAITS_FOR_MAINTENANCE) return null;
  const openMs = now.getTime() - run.lateFrom.getTime();
  const waitsOnPurpose = run.nextAttemptAt !== null && run.nextAttemptAt > now;
  const mayBeginLate = run.startedAt === null && !waitsOnPurpose;
  if (openMs <= (mayBeginLate ? schedule.graceMs : patienceOf(schedule, run.dueAt))) return null;
  const seconds = Math.round(openMs / 1_000);
  const last = run.error === null ? "" : cutText(run.error, MOST_OF_ERROR);

  if (run.reasonCode === "NO_WORKER") return `and waits: ${run.reason ?? "no living worker has its task"}`;
  if (run.status === "PROCESSING") {
    const tries = run.attempt > 1 ? ` (try ${run.attempt} of ${run.maxAttempts})` : "";
    const before = last === "" ? "" : `; the try before said: ${last}`;
    return `and is still worked on after ${seconds} s, by ${run.worker ?? "a worker"}${tries}${before}`;
  }
  if (waitsOnPurpose) {
    const tries = run.attempt > 0 ? ` for try ${run.attempt + 1} of ${run.maxAttempts}` : "";
    return `and waits until ${run.nextAttemptAt.toISOString()}${tries}${last === "" ? "" : ` because: ${last}`}`;
  }
  return `and has waited ${seconds} s for a worker${last === "" ? "" : `; its last try said: ${last}`}`;
}

const MOST_OF_ERROR = 300;
