const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long something took: `0.2 s`, `41 s`, `3 m 05 s`, `2 h 10 m`, `4 d 3 h`. */
export function toDuration(ms: number): string {
  const abs = Math.abs(ms);
  if (abs < 10 * SECOND_MS) return `${(abs / SECOND_MS).toFixed(1)} s`;
  if (abs < MINUTE_MS) return `${Math.floor(abs / SECOND_MS)} s`;
  if (abs < HOUR_MS) return two(abs, MINUTE_MS, "m", SECOND_MS, "s");
  if (abs < DAY_MS) return two(abs, HOUR_MS, "h", MINUTE_MS, "m");
  return two(abs, DAY_MS, "d", HOUR_MS, "h", 1);
}

/** How far away an instant is, in one unit: `12 s ago`, `in 4 min`, `3 d ago`; `now` within a second. */
export function toRelative(instantMs: number, nowMs: number): string {
  const ahead = instantMs - nowMs;
  const abs = Math.abs(ahead);
  if (abs < SECOND_MS) return "now";
  const words = toUnit(abs);
  return ahead > 0 ? `in ${words}` : `${words} ago`;
}

function toUnit(abs: number): string {
  if (abs < MINUTE_MS) return `${Math.floor(abs / SECOND_MS)} s`;
  if (abs < HOUR_MS) return `${Math.floor(abs / MINUTE_MS)} min`;
  if (abs < 2 * DAY_MS) return `${Math.floor(abs / HOUR_MS)} h`;
  return `${Math.floor(abs / DAY_MS)} d`;
}

/** An instant by the clock of a zone, with the zone's name: `26 Nov 2026, 14:57:13 UTC`. */
export function toAbsolute(instantMs: number, zone: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "short",
  }).format(instantMs);
}

/** The time of day in a zone, `14:57`, or with seconds `14:57:13`. */
export function toClock(instantMs: number, zone: string, withSeconds = false): string {
  return new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
    ...(withSeconds ? { second: "2-digit" } : {}),
  }).format(instantMs);
}

/** The zone of this browser, such as Europe/Berlin. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

function two(ms: number, large: number, largeUnit: string, small: number, smallUnit: string, digits = 2): string {
  const rest = String(Math.floor((ms % large) / small)).padStart(digits, "0");
  return `${Math.floor(ms / large)} ${largeUnit} ${rest} ${smallUnit}`;
}
