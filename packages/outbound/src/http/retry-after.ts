import { HOUR_MS, SECOND_MS } from "@drumline/core/clock";

/** However long an outside system asks for silence, it is asked again after this, unless told otherwise. */
export const LONGEST_SILENCE_MS = HOUR_MS;
/** A system that says "now" while it refuses is not asked in a tight circle. */
const SHORTEST_SILENCE_MS = SECOND_MS;
const SILENCE_WHERE_ABSENT_MS = 30 * SECOND_MS;

/** How long a system wants to be left alone, as far as we do so. */
export interface Silence {
  readonly delayMs: number;
  readonly until: Date;
  /** As it was asked for, where that is more than we grant; null where it is granted. */
  readonly askedMs: number | null;
}

/** What a 429 or 503 asks for, bounded. Null where it names nothing readable. */
export function planSilence(header: string | null, now: Date, longestMs: number): Silence | null {
  const askedMs = parseRetryAfter(header, now);
  return askedMs === null ? null : toSilence(askedMs, now, longestMs);
}

/** For a 429 that does not say how long. */
export const usualSilence = (now: Date, longestMs: number): Silence =>
  toSilence(SILENCE_WHERE_ABSENT_MS, now, longestMs);

function toSilence(askedMs: number, now: Date, longestMs: number): Silence {
  const delayMs = Math.min(Math.max(askedMs, SHORTEST_SILENCE_MS), longestMs);
  return { delayMs, until: new Date(now.getTime() + delayMs), askedMs: askedMs > longestMs ? askedMs : null };
}

// The three forms of RFC 9110, 5.6.7. Date.parse takes far more for a date, "-5" for one.
const HTTP_DATE =
  /^(?:[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT|[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d\d:\d\d:\d\d GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})$/;

/** RFC 9110 Retry-After, seconds or a date, as milliseconds from `now`, unbounded; null where it is absent or unreadable. */
export function parseRetryAfter(header: string | null, now: Date): number | null {
  const text = header?.trim() ?? "";
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * SECOND_MS;
  if (!HTTP_DATE.test(text)) return null;
  const at = Date.parse(text.endsWith("GMT") ? text : `${text} GMT`);
  return Number.isNaN(at) ? null : Math.max(0, at - now.getTime());
}
