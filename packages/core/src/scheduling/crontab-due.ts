import { DAY_MS } from "../clock/index.ts";
import { countCivilMatches, nextCivilMatch } from "./civil-calendar.ts";
import type { Crontab } from "./crontab.ts";
import { MAX_INSTANT_MS, zonePeriodAt, type ZonePeriod } from "./time-zone.ts";
import type { CrontabTrigger } from "./trigger.ts";

/** 29 February waits eight years around 2100; nothing that can fire waits longer. */
const LONGEST_WAIT_MS = 9 * 366 * DAY_MS;

/**
 * The first occurrence strictly after an instant, or null at the end of representable time. A local time that a clock
 * change leaves out happens at the first instant after the gap; one that happens twice counts the first time, unless
 * the hour field is a wildcard, range or step (design, Scheduling rules 2).
 */
export function nextCrontabDue({ crontab, timezone }: CrontabTrigger, afterMs: number): number | null {
  const giveUpMs = Math.min(afterMs + LONGEST_WAIT_MS, MAX_INSTANT_MS);
  let fromMs = afterMs + 1;
  // From the period before, since a gap may end exactly there.
  let period = zonePeriodAt(timezone, afterMs);
  while (fromMs <= giveUpMs) {
    const foundMs = firstWithin(crontab, period, fromMs);
    if (foundMs !== null) return foundMs <= MAX_INSTANT_MS ? foundMs : null;
    const next = zonePeriodAt(timezone, period.endMs);
    if (isLeftOut(crontab, period.endMs + period.offsetMs, period.endMs + next.offsetMs)) return period.endMs;
    fromMs = period.endMs;
    period = next;
  }
  return null;
}

/** How many occurrences (afterMs, untilMs] holds: those that stepping with `nextCrontabDue` would meet. */
export function countCrontabDue({ crontab, timezone }: CrontabTrigger, afterMs: number, untilMs: number): number {
  let count = 0;
  let fromMs = afterMs + 1;
  let period = zonePeriodAt(timezone, afterMs);
  while (fromMs <= untilMs) {
    const beforeMs = Math.min(period.endMs, untilMs + 1);
    const { offsetMs, endMs } = period;
    count += countCivilMatches(crontab, startWithin(crontab, period, fromMs) + offsetMs, beforeMs + offsetMs);
    if (endMs > untilMs) break;
    const next = zonePeriodAt(timezone, endMs);
    const isDueAtEnd = isLeftOut(crontab, endMs + offsetMs, endMs + next.offsetMs);
    if (isDueAtEnd) count += 1;
    fromMs = isDueAtEnd ? endMs + 1 : endMs;
    period = next;
  }
  return count;
}

function firstWithin(crontab: Crontab, period: ZonePeriod, fromMs: number): number | null {
  const startMs = startWithin(crontab, period, fromMs);
  const localMs = nextCivilMatch(crontab, startMs + period.offsetMs, period.endMs + period.offsetMs);
  return localMs === null ? null : localMs - period.offsetMs;
}

function startWithin(crontab: Crontab, { repeatsUntilMs }: ZonePeriod, fromMs: number): number {
  return runsInBothPasses(crontab) ? fromMs : Math.max(fromMs, repeatsUntilMs);
}

/** Of an hour that comes twice, whether both count: the hour field is a wildcard, range or step. */
export function runsInBothPasses({ hour }: Crontab): boolean {
  return /[*/-]/.test(hour.text);
}

/**
 * Whether a time of the crontab falls between two wall clock readings that follow each other directly. What runs every
 * hour has lost nothing when an hour is left out, and a date that is left out whole (Apia, 30 December 2011) has no
 * occurrences, like 30 February.
 */
export function isLeftOut(crontab: Crontab, gapStartMs: number, gapEndMs: number): boolean {
  if (gapEndMs <= gapStartMs || gapEndMs - gapStartMs >= DAY_MS || crontab.hour.values.length === 24) return false;
  return nextCivilMatch(crontab, gapStartMs, gapEndMs) !== null;
}
