import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "@drumline/core/clock";

import { WrongUsage } from "../exit.ts";
import { formatInstant, parseInstant } from "./instant.ts";

const UNIT_MS: Readonly<Record<string, number>> = { s: SECOND_MS, m: MINUTE_MS, h: HOUR_MS, d: DAY_MS, w: 7 * DAY_MS };
const DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const MORNING = "09:00";

/** The instant that a person means by `1h`, `tomorrow 09:00`, `monday` (at nine) or ISO 8601, after `now`. @throws WrongUsage */
export function parseUntil(option: string, text: string, now: Date, timezone: string): Date {
  const asked = text.trim().toLowerCase();
  const ahead = toDurationMs(asked);
  if (ahead !== null) return new Date(now.getTime() + ahead);
  const [, day, time = MORNING] = /^([a-z]+)(?: (?:at )?(\d\d:\d\d))?$/.exec(asked) ?? [];
  const daysAhead = day === undefined ? null : toDaysAhead(day, now, timezone);
  const date = daysAhead === null ? null : localDate(new Date(now.getTime() + daysAhead * DAY_MS), timezone);
  const until = parseInstant(date === null ? text : `${date}T${time}`, timezone);
  if (until === null)
    throw new WrongUsage(
      `${option} ${text}: expected 30m, 1h, 2d, "tomorrow 09:00", monday, or ISO 8601 such as 2026-11-21T09:00`,
    );
  if (until <= now) throw new WrongUsage(`${option} ${text} is over already; it is ${formatInstant(now, timezone)}`);
  return until;
}

/** The instant that `2h` (ago) or ISO 8601 means. @throws WrongUsage */
export function parseSince(option: string, text: string, now: Date, timezone: string): Date {
  const ago = toDurationMs(text.trim().toLowerCase());
  const since = ago === null ? parseInstant(text, timezone) : new Date(now.getTime() - ago);
  if (since !== null) return since;
  throw new WrongUsage(`${option} ${text}: expected 30m, 2h, 7d, or ISO 8601 such as 2026-11-21T09:00`);
}

function toDurationMs(text: string): number | null {
  const [, count, unit] = /^(\d{1,6}) ?([smhdw])$/.exec(text) ?? [];
  return count === undefined || Number(count) === 0 ? null : Number(count) * UNIT_MS[unit!]!;
}

/** A name of today means a week from now: who says monday on a monday has the next one in mind. */
function toDaysAhead(day: string, now: Date, timezone: string): number | null {
  if (day === "today") return 0;
  if (day === "tomorrow") return 1;
  const wanted = day.length < 3 ? -1 : DAYS.findIndex((name) => name.startsWith(day));
  if (wanted === -1) return null;
  const today = new Date(`${localDate(now, timezone)}T00:00Z`).getUTCDay();
  return ((wanted - today + 6) % 7) + 1;
}

const localDate = (instant: Date, timezone: string): string => formatInstant(instant, timezone).slice(0, 10);
