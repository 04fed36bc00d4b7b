/** ISO 8601 with the zone's own offset: `2026-11-21T03:00:00+01:00`; milliseconds only where there are some. */
export function formatInstant(instant: Date, timezone: string): string {
  const local = localTimeIn(timezone, instant);
  const fraction = instant.getUTCMilliseconds() === 0 ? "" : instant.toISOString().slice(19, 23);
  return `${local.toISOString().slice(0, 19)}${fraction}${formatOffset(local.getTime() - wholeSecond(instant).getTime())}`;
}

/** For tables: `21 Nov 03:00`, with seconds only where there are some. */
export function formatShort(instant: Date, timezone: string): string {
  const local = localTimeIn(timezone, instant);
  const date = local.toLocaleDateString("en-GB", { day: "2-digit", month: "short", timeZone: "UTC" });
  return `${date} ${local.toISOString().slice(11, local.getUTCSeconds() === 0 ? 16 : 19)}`;
}

/**
 * Reads ISO 8601. A time without an offset is a local time of `timezone`; a date alone is its midnight there.
 * Null where `text` is no such thing.
 */
export function parseInstant(text: string, timezone: string): Date | null {
  const [, date, time, offset] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:?\d\d)?)?$/i.exec(text.trim()) ?? [];
  if (date === undefined) return null;
  const asUtc = new Date(`${date}T${time ?? "00:00"}Z`);
  // A day such as 31 February moves on to March: not what was written.
  if (Number.isNaN(asUtc.getTime()) || !asUtc.toISOString().startsWith(date)) return null;
  if (offset !== undefined) return toDate(`${date}T${time}${offset.toUpperCase()}`);
  const shiftMs = localTimeIn(timezone, asUtc).getTime() - wholeSecond(asUtc).getTime();
  const guess = new Date(asUtc.getTime() - shiftMs);
  const shiftThereMs = localTimeIn(timezone, guess).getTime() - wholeSecond(guess).getTime();
  return new Date(asUtc.getTime() - shiftThereMs);
}

function toDate(iso: string): Date | null {
  const date = new Date(iso.replace(/([+-]\d\d)(\d\d)$/, "$1:$2"));
  return Number.isNaN(date.getTime()) ? null : date;
}

/** The wall clock of `timezone` at `instant`, as if it were UTC, in whole seconds. */
function localTimeIn(timezone: string, instant: Date): Date {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: timezone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(instant);
  const read = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value);
  return new Date(Date.UTC(read("year"), read("month") - 1, read("day"), read("hour"), read("minute"), read("second")));
}

export function wholeSecond(instant: Date): Date {
  return new Date(Math.floor(instant.getTime() / 1_000) * 1_000);
}

function formatOffset(offsetMs: number): string {
  const minutes = Math.round(Math.abs(offsetMs) / 60_000);
  const twoDigits = (value: number) => String(value).padStart(2, "0");
  return `${offsetMs < 0 ? "-" : "+"}${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
}
