/** What a pause may last, without a calendar: a name and its end; null is until somebody resumes it. */
export interface PausePreset {
  readonly name: string;
  readonly until: Date | null;
}

const HOUR_MS = 3_600_000;
const MORNING = 9;

/** One hour, tomorrow and Monday at nine in the reader's zone, and until it is resumed. */
export function planPausePresets(now: Date, timeZone: string): PausePreset[] {
  const today = civilDate(now, timeZone);
  const weekday = new Date(Date.UTC(today.year, today.month - 1, today.day)).getUTCDay();
  const daysToMonday = (8 - weekday) % 7 || 7;
  return [
    { name: "1 hour", until: new Date(now.getTime() + HOUR_MS) },
    { name: "Tomorrow 09:00", until: localInstant(today, 1, timeZone) },
    ...(daysToMonday === 1 ? [] : [{ name: "Monday 09:00", until: localInstant(today, daysToMonday, timeZone) }]),
    { name: "Until resumed", until: null },
  ];
}

interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

function civilDate(at: Date, timeZone: string): CivilDate {
  const { year, month, day } = partsOf(at, timeZone);
  return { year, month, day };
}

/** Nine o'clock so many days on. The offset is asked twice, since the first guess may lie before a clock change. */
function localInstant({ year, month, day }: CivilDate, days: number, timeZone: string): Date {
  const asUtcMs = Date.UTC(year, month - 1, day + days, MORNING);
  let at = new Date(asUtcMs - offsetMs(new Date(asUtcMs), timeZone));
  at = new Date(asUtcMs - offsetMs(at, timeZone));
  return at;
}

function offsetMs(at: Date, timeZone: string): number {
  const { year, month, day, hour, minute, second } = partsOf(at, timeZone);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at.getTime() / 1_000) * 1_000;
}

function partsOf(at: Date, timeZone: string) {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const found = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const of = (name: string) => found[name] ?? 0;
  return {
    year: of("year"),
    month: of("month"),
    day: of("day"),
    hour: of("hour"),
    minute: of("minute"),
    second: of("second"),
  };
}
