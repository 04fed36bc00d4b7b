import { DAY_MS } from "../clock/index.ts";
import { nextCivilMatch } from "./civil-calendar.ts";
import { isLeftOut, runsInBothPasses } from "./crontab-due.ts";
import { zonePeriodAt, type ZonePeriod } from "./time-zone.ts";
import type { CrontabTrigger, Trigger } from "./trigger.ts";

/** A night on which the clock change meets a crontab: one of its local times comes twice, or not at all. */
export interface ClockChange {
  readonly kind: "repeated" | "left out";
  /** The first local time of the crontab that it meets: `2026-10-25T02:30`. */
  readonly localTime: string;
  /** The instants at which the clock shows it: two, or none. */
  readonly instants: readonly Date[];
  /** When it runs for it. */
  readonly runsAt: readonly Date[];
  readonly inWords: string;
}

const LOOK_AHEAD_MS = 400 * DAY_MS;

/** The clock changes of the next 400 days that meet a crontab; an interval knows no local time. */
export function findClockChanges(trigger: Trigger, after: Date): ClockChange[] {
  if (trigger.kind === "interval") return [];
  const changes: ClockChange[] = [];
  const untilMs = after.getTime() + LOOK_AHEAD_MS;
  let period = zonePeriodAt(trigger.timezone, after.getTime());
  while (period.endMs <= untilMs) {
    const next = zonePeriodAt(trigger.timezone, period.endMs);
    const change =
      next.offsetMs < period.offsetMs ? findRepeated(trigger, period, next) : findLeftOut(trigger, period, next);
    if (change !== null) changes.push(change);
    period = next;
  }
  return changes;
}

function findRepeated({ crontab, timezone }: CrontabTrigger, period: ZonePeriod, next: ZonePeriod): ClockChange | null {
  const changeMs = period.endMs;
  const localMs = nextCivilMatch(crontab, changeMs + next.offsetMs, changeMs + period.offsetMs);
  if (localMs === null) return null;
  const instants = [new Date(localMs - period.offsetMs), new Date(localMs - next.offsetMs)] as const;
  const runsTwice = runsInBothPasses(crontab);
  return {
    kind: "repeated",
    localTime: toLocalTime(localMs),
    instants,
    runsAt: runsTwice ? instants : instants.slice(0, 1),
    inWords:
      `on ${toDay(localMs)} the clock of ${timezone} shows ${toHour(localMs)} twice, at ${toInstant(instants[0])} and at ` +
      `${toInstant(instants[1])}: it runs at ${runsTwice ? "both" : "the first"}`,
  };
}

function findLeftOut({ crontab, timezone }: CrontabTrigger, period: ZonePeriod, next: ZonePeriod): ClockChange | null {
  const changeMs = period.endMs;
  const gapStartMs = changeMs + period.offsetMs;
  const gapEndMs = changeMs + next.offsetMs;
  if (!isLeftOut(crontab, gapStartMs, gapEndMs)) return null;
  const localMs = nextCivilMatch(crontab, gapStartMs, gapEndMs)!;
  return {
    kind: "left out",
    localTime: toLocalTime(localMs),
    instants: [],
    runsAt: [new Date(changeMs)],
    inWords:
      `on ${toDay(localMs)} the clock of ${timezone} goes from ${toHour(gapStartMs)} to ${toHour(gapEndMs)} and never shows ` +
      `${toHour(localMs)}: it runs at ${toHour(gapEndMs)} instead, at ${toInstant(new Date(changeMs))}`,
  };
}

// Local readings are passed as if they were UTC.
const toLocalTime = (localMs: number): string => new Date(localMs).toISOString().slice(0, 16);
const toHour = (localMs: number): string => toLocalTime(localMs).slice(11);
const toInstant = (at: Date): string => `${at.toISOString().slice(0, 16)}Z`;

const DAY = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month: "long", year: "numeric" });
const toDay = (localMs: number): string => DAY.format(localMs);
