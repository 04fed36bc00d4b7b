import { MINUTE_MS } from "@drumline/core/clock";
import type { Setting } from "@drumline/core/config";

/** Minutes of a person's day, from the first to before the second; over midnight where the first is later. */
export interface QuietHours {
  readonly fromMinute: number;
  readonly untilMinute: number;
}

export const quietHoursSetting: Setting<QuietHours | null> = {
  key: "SHOP_QUIET_HOURS",
  fallback: "21:00-08:00",
  about:
    "Part of the customer's day in which reminders and news of products wait; off: they never do. Mails about orders go out at once, always.",
  parse: parseQuietHours,
};

/** `21:00-08:00`; null for `off`. Throws on anything else. */
export function parseQuietHours(raw: string): QuietHours | null {
  if (raw.toLowerCase() === "off") return null;
  const [, ...numbers] = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/.exec(raw) ?? [];
  const [fromHour, fromMinute, untilHour, untilMinute] = numbers.map(Number);
  if (untilMinute === undefined) throw new Error("expected two times of day such as 21:00-08:00, or off");
  return { fromMinute: fromHour! * 60 + fromMinute!, untilMinute: untilHour! * 60 + untilMinute };
}

const DAY_MINUTES = 24 * 60;

/**
 * Null where it is not quiet; else the first minute of this zone's clock that no longer is. A time that the clock skips
 * is over when the clock has skipped it.
 */
export function endOfQuiet(hours: QuietHours | null, now: Date, timeZone: string): Date | null {
  if (hours === null || !isQuiet(hours, now.getTime(), timeZone)) return null;
  const nowMs = Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS;
  const left = (hours.untilMinute - minuteOfDay(nowMs, timeZone) + DAY_MINUTES) % DAY_MINUTES;
  const endMs = nowMs + left * MINUTE_MS;
  // Right on all days but those whose clock is set forward or back before the end comes.
  if (!isQuiet(hours, endMs, timeZone) && isQuiet(hours, endMs - MINUTE_MS, timeZone)) return new Date(endMs);
  for (let minute = 1; minute < 2 * DAY_MINUTES; minute += 1)
    if (!isQuiet(hours, nowMs + minute * MINUTE_MS, timeZone)) return new Date(nowMs + minute * MINUTE_MS);
  return null;
}

function isQuiet({ fromMinute, untilMinute }: QuietHours, atMs: number, timeZone: string): boolean {
  const minute = minuteOfDay(atMs, timeZone);
  return fromMinute <= untilMinute
    ? fromMinute <= minute && minute < untilMinute
    : minute >= fromMinute || minute < untilMinute;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function minuteOfDay(atMs: number, timeZone: string): number {
  let clock = clocks.get(timeZone);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat("en", { timeZone, hourCycle: "h23", hour: "2-digit", minute: "2-digit" });
    clocks.set(timeZone, clock);
  }
  const [hour = "0", minute = "0"] = clock.format(atMs).split(":");
  return Number(hour) * 60 + Number(minute);
}
