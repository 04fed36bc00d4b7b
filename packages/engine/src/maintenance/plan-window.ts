import { DAY_MS, MINUTE_MS } from "@drumline/core/clock";
import { TASK_QUEUES } from "@drumline/core/queue";
import { dueBetween, parseCrontab, parseZoneName, type Trigger } from "@drumline/core/scheduling";
import { toStorableText } from "@drumline/core/text";

import { type FieldProblem, readField } from "../schedules/refusals.ts";
import { RefusedWindow } from "./refusals.ts";

/** What a person may say of a window; what is left out of a change keeps its value. */
export interface WindowWish {
  readonly name?: string | undefined;
  readonly reason?: string | undefined;
  readonly queues?: readonly string[] | undefined;
  /** Ids of schedules. */
  readonly scheduleIds?: readonly string[] | undefined;
  /** One-off: now where it is left out. */
  readonly startsAt?: Date | undefined;
  readonly endsAt?: Date | undefined;
  /** Recurring: when each begins, and how long it takes. */
  readonly crontab?: string | undefined;
  readonly timezone?: string | undefined;
  readonly durationMs?: number | undefined;
}

/** When a window is in force: once, or at each instant of a crontab for a while. */
export type WindowTiming =
  | { readonly kind: "once"; readonly startsAt: Date; readonly endsAt: Date }
  | { readonly kind: "recurring"; readonly crontab: string; readonly timezone: string; readonly durationMs: number };

/** A window as it should be. Runs of its queues and of its schedules wait; all runs where it names neither. */
export interface PlannedWindow {
  readonly name: string;
  readonly reason: string;
  readonly queues: readonly string[];
  readonly scheduleIds: readonly string[];
  readonly timing: WindowTiming;
}

/** One time a window is in force. */
export interface PlannedPeriod {
  readonly startsAt: Date;
  readonly endsAt: Date;
}

const LONGEST_MS = 31 * DAY_MS;
const TEXT_CODE_POINTS = 500;
/** Occurrences that are checked for an end before the next begins. */
const CHECKED = 20;

/**
 * The window that a wish makes of `current`, or a new one.
 * @throws {RefusedWindow} with every problem
 */
export function planWindow(wish: WindowWish, current: PlannedWindow | null, now: Date): PlannedWindow {
  const problems: FieldProblem[] = [];
  const name = toStorableText(wish.name ?? current?.name ?? "", TEXT_CODE_POINTS).trim();
  const reason = toStorableText(wish.reason ?? current?.reason ?? "", TEXT_CODE_POINTS).trim();
  if (name === "") problems.push({ where: "name", problem: "is missing" });
  if (reason === "") problems.push({ where: "reason", problem: "is missing; say why runs have to wait" });
  const queues = wish.queues ?? current?.queues ?? [];
  for (const queue of queues)
    if (!(TASK_QUEUES as readonly string[]).includes(queue))
      problems.push({ where: "queues", problem: `there is no queue "${queue}"; there are ${TASK_QUEUES.join(", ")}` });
  const timing = planTiming(wish, current?.timing ?? null, now, problems);
  if (timing === null || problems.length > 0) throw new RefusedWindow(problems);
  return {
    name,
    reason,
    queues: [...new Set(queues)],
    scheduleIds: [...new Set(wish.scheduleIds ?? current?.scheduleIds ?? [])],
    timing,
  };
}

/** The next periods of a window, of which it has one at least when it is not over. */
export function planPeriods(timing: WindowTiming, after: Date, count: number): PlannedPeriod[] {
  if (timing.kind === "once")
    return timing.endsAt > after ? [{ startsAt: timing.startsAt, endsAt: timing.endsAt }] : [];
  const starts = dueBetween(toTrigger(timing), after, after, END_OF_TIME, count);
  return starts.map((startsAt) => ({ startsAt, endsAt: new Date(startsAt.getTime() + timing.durationMs) }));
}

function planTiming(
  wish: WindowWish,
  current: WindowTiming | null,
  now: Date,
  problems: FieldProblem[],
): WindowTiming | null {
  const saysOnce = wish.startsAt !== undefined || wish.endsAt !== undefined;
  const saysRecurring = wish.crontab !== undefined || wish.timezone !== undefined || wish.durationMs !== undefined;
  if (saysOnce && saysRecurring) {
    problems.push({
      where: "crontab",
      problem: "is for a recurring window, startsAt and endsAt for a one-off; set one kind",
    });
    return null;
  }
  if (!saysOnce && !saysRecurring) {
    if (current === null) problems.push({ where: "endsAt", problem: "is missing; set it, or crontab and durationMs" });
    return current;
  }
  return saysOnce ? planOnce(wish, current, now, problems) : planRecurring(wish, current, now, problems);
}

function planOnce(
  wish: WindowWish,
  current: WindowTiming | null,
  now: Date,
  problems: FieldProblem[],
): WindowTiming | null {
  const known = current?.kind === "once" ? current : null;
  const startsAt = wish.startsAt ?? known?.startsAt ?? now;
  const endsAt = wish.endsAt ?? known?.endsAt;
  if (endsAt === undefined) problems.push({ where: "endsAt", problem: "is missing" });
  else if (endsAt <= startsAt)
    problems.push({ where: "endsAt", problem: `is not after startsAt (${startsAt.toISOString()})` });
  else if (endsAt <= now) problems.push({ where: "endsAt", problem: `is over already; it is ${now.toISOString()}` });
  else if (endsAt.getTime() - startsAt.getTime() > LONGEST_MS)
    problems.push({ where: "endsAt", problem: "is more than 31 days after the start; pause schedules for longer" });
  else return { kind: "once", startsAt, endsAt };
  return null;
}

function planRecurring(
  wish: WindowWish,
  current: WindowTiming | null,
  now: Date,
  problems: FieldProblem[],
): WindowTiming | null {
  const known = current?.kind === "recurring" ? current : null;
  const durationMs = wish.durationMs ?? known?.durationMs;
  if (durationMs === undefined)
    problems.push({ where: "durationMs", problem: "is missing: how long each window takes" });
  else if (!Number.isInteger(durationMs) || durationMs < MINUTE_MS || durationMs > LONGEST_MS)
    problems.push({ where: "durationMs", problem: "expected from 60000 (a minute) to 31 days" });
  const crontab = readField(
    "crontab",
    problems,
    () => parseCrontab(wish.crontab ?? known?.crontab ?? "", "crontab").text,
  );
  const timezone = readField("timezone", problems, () =>
    parseZoneName(wish.timezone ?? known?.timezone ?? "UTC", "timezone"),
  );
  if (crontab === null || timezone === null || durationMs === undefined || problems.length > 0) return null;
  const timing: WindowTiming = { kind: "recurring", crontab, timezone, durationMs };
  const starts = planPeriods(timing, now, CHECKED);
  const endless = starts.find(
    ({ endsAt }, index) => starts[index + 1] !== undefined && endsAt >= starts[index + 1]!.startsAt,
  );
  if (endless === undefined) return timing;
  problems.push({
    where: "durationMs",
    problem: `is too long: the window of ${endless.startsAt.toISOString()} would not end before the next begins, and runs would wait for ever`,
  });
  return null;
}

const END_OF_TIME = new Date(8.64e15);

const toTrigger = ({ crontab, timezone }: Extract<WindowTiming, { kind: "recurring" }>): Trigger => ({
  kind: "crontab",
  crontab: parseCrontab(crontab, "crontab"),
  timezone,
});
