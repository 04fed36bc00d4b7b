import { DAY_MS, HOUR_MS } from "@drumline/core/clock";

const wallClock = new Intl.DateTimeFormat("en-US", {
  timeZone: "America/Sao_Paulo",
  hourCycle: "h23",
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "numeric",
});

/** By hour since the epoch: Brazil changes its clocks at whole hours only. */
const offsets = new Map<number, number>();

/**
 * The instant a São Paulo wall clock shows `YYYY-MM-DD HH:MM:SS`; null for any other text or a date that does not exist.
 * A time in the spring gap moves on by the gap; a repeated autumn hour is its first pass.
 */
export function parseLocalTime(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text)) return null;
  const localMs = Date.parse(`${text.replace(" ", "T")}Z`);
  const exists = !Number.isNaN(localMs) && new Date(localMs).toISOString().startsWith(text.slice(0, 10));
  return exists ? instantOf(localMs) : null;
}

/** Midnight of the São Paulo day the instant falls in. */
export function startOfLocalDay(instantMs: number): number {
  const localMs = instantMs + offsetMsAt(instantMs);
  return instantOf(Math.floor(localMs / DAY_MS) * DAY_MS);
}

function instantOf(localMs: number): number {
  const before = offsetMsAt(localMs - DAY_MS);
  const after = offsetMsAt(localMs + DAY_MS);
  if (offsetMsAt(localMs - before) === before) return localMs - before;
  if (offsetMsAt(localMs - after) === after) return localMs - after;
  return localMs - before;
}

function offsetMsAt(instantMs: number): number {
  const hour = Math.floor(instantMs / HOUR_MS);
  const known = offsets.get(hour);
  if (known !== undefined) return known;
  const parts = Object.fromEntries(
    wallClock.formatToParts(hour * HOUR_MS).map(({ type, value }) => [type, Number(value)]),
  );
  const offsetMs = Date.UTC(parts["year"]!, parts["month"]! - 1, parts["day"], parts["hour"]) - hour * HOUR_MS;
  offsets.set(hour, offsetMs);
  return offsetMs;
}
