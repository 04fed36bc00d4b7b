import { DAY_MS, MINUTE_MS } from "../clock/index.ts";
import { eitherDayMatches, type Crontab } from "./crontab.ts";

const MINUTES_PER_DAY = DAY_MS / MINUTE_MS;

/**
 * The first whole minute from `fromMs` on and before `beforeMs` that a crontab names, on a plain calendar without
 * time zone: local wall clock times are passed and returned as if they were UTC milliseconds.
 */
export function nextCivilMatch(crontab: Crontab, fromMs: number, beforeMs: number): number | null {
  const from = Math.ceil(fromMs / MINUTE_MS) * MINUTE_MS;
  let day = Math.floor(from / DAY_MS) * DAY_MS;
  let earliestMinute = (from - day) / MINUTE_MS;
  while (day < beforeMs) {
    const date = new Date(day);
    if (!crontab.month.values.includes(date.getUTCMonth() + 1)) {
      day = date.setUTCMonth(date.getUTCMonth() + 1, 1);
      earliestMinute = 0;
      continue;
    }
    const minute = matchesDay(crontab, date) ? nextMinuteOfDay(crontab, earliestMinute) : null;
    if (minute !== null) {
      const found = day + minute * MINUTE_MS;
      return found < beforeMs ? found : null;
    }
    day += DAY_MS;
    earliestMinute = 0;
  }
  return null;
}

/** How many whole minutes in [fromMs, beforeMs) a crontab names: whole days are a product of its hours and minutes. */
export function countCivilMatches(crontab: Crontab, fromMs: number, beforeMs: number): number {
  let count = 0;
  for (let day = Math.floor(fromMs / DAY_MS) * DAY_MS; day < beforeMs; day += DAY_MS) {
    const date = new Date(day);
    if (!crontab.month.values.includes(date.getUTCMonth() + 1) || !matchesDay(crontab, date)) continue;
    const firstMinute = Math.max(0, Math.ceil((fromMs - day) / MINUTE_MS));
    const endMinute = Math.min(MINUTES_PER_DAY, Math.ceil((beforeMs - day) / MINUTE_MS));
    count += countMinutesBefore(crontab, endMinute) - countMinutesBefore(crontab, firstMinute);
  }
  return count;
}

function countMinutesBefore({ hour, minute }: Crontab, minuteOfDay: number): number {
  const endHour = Math.floor(minuteOfDay / 60);
  const wholeHours = hour.values.filter((value) => value < endHour).length;
  const ofLastHour = minute.values.filter((value) => value < minuteOfDay - endHour * 60).length;
  return wholeHours * minute.values.length + (hour.values.includes(endHour) ? ofLastHour : 0);
}

function matchesDay(crontab: Crontab, date: Date): boolean {
  const byDate = crontab.dayOfMonth.values.includes(date.getUTCDate());
  const byWeekday = crontab.dayOfWeek.values.includes(date.getUTCDay());
  return eitherDayMatches(crontab) ? byDate || byWeekday : byDate && byWeekday;
}

function nextMinuteOfDay({ hour, minute }: Crontab, from: number): number | null {
  const fromHour = Math.floor(from / 60);
  if (hour.values.includes(fromHour)) {
    const found = minute.values.find((value) => value >= from - fromHour * 60);
    if (found !== undefined) return fromHour * 60 + found;
  }
  const nextHour = hour.values.find((value) => value > fromHour);
  return nextHour === undefined ? null : nextHour * 60 + minute.values[0]!;
}
