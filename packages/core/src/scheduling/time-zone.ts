import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../clock/index.ts";
import { parseTimezone } from "../config/index.ts";
import { closestName, messageOf } from "../errors/index.ts";
import { exampleLine, InvalidSchedule } from "./invalid-schedule.ts";

/** A stretch of time in which a zone keeps one offset. `[startMs, endMs)`; both ends may be cut short. */
export interface ZonePeriod {
  readonly startMs: number;
  readonly endMs: number;
  /** Local time minus UTC. */
  readonly offsetMs: number;
  /** Instants of this period before this one show local times that the period before has shown already. */
  readonly repeatsUntilMs: number;
}

interface Zone {
  readonly format: Intl.DateTimeFormat;
  readonly windows: Map<number, readonly ZonePeriod[]>;
}

const zones = new Map<string, Zone>();
const WINDOW_MS = 400 * DAY_MS;
/** So that previews of far years, asked for by anyone, cannot fill the memory. */
const MAX_WINDOWS = 64;
export const MAX_INSTANT_MS = 8.64e15;

/** An IANA zone name that the platform knows. Throws `InvalidSchedule`, with the name that was most likely meant. */
export function parseZoneName(raw: string, source: string): string {
  const value = raw.trim();
  try {
    return parseTimezone(value);
  } catch (error) {
    const meant = closestName(value, Intl.supportedValuesOf("timeZone"));
    const problem = messageOf(error) + (meant === null ? "" : `; did you mean ${meant}?`);
    throw new InvalidSchedule({ source, value, problem, example: exampleLine(source, meant ?? "Europe/Amsterdam") });
  }
}

/** The offset period that holds an instant. Probes a zone once per 400 days, then answers from memory. */
export function zonePeriodAt(timezone: string, instantMs: number): ZonePeriod {
  const zone = zones.get(timezone) ?? openZone(timezone);
  const windowNo = Math.floor(instantMs / WINDOW_MS);
  let periods = zone.windows.get(windowNo);
  if (periods === undefined) {
    if (zone.windows.size >= MAX_WINDOWS) zone.windows.clear();
    periods = findPeriods(zone.format, windowNo * WINDOW_MS, (windowNo + 1) * WINDOW_MS);
    zone.windows.set(windowNo, periods);
  }
  return periods.find((period) => instantMs < period.endMs)!;
}

function openZone(timezone: string): Zone {
  // The seconds keep the date out of the text, so that the offset is all there is to read.
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: timezone,
    second: "numeric",
    timeZoneName: "longOffset",
  });
  const zone = { format, windows: new Map() };
  zones.set(timezone, zone);
  return zone;
}

/** Starts two days early, because a repeated hour (or day, at the date line) may reach into the window. */
function findPeriods(format: Intl.DateTimeFormat, windowStartMs: number, windowEndMs: number): ZonePeriod[] {
  const periods: ZonePeriod[] = [];
  let startMs = windowStartMs - 2 * DAY_MS;
  let offsetMs = offsetAt(format, startMs);
  let repeatsUntilMs = startMs;
  for (let probeMs = startMs + DAY_MS; probeMs <= windowEndMs; probeMs += DAY_MS) {
    const probedMs = offsetAt(format, probeMs);
    while (offsetMs !== probedMs) {
      const endMs = findChange(format, Math.max(startMs, probeMs - DAY_MS), probeMs, offsetMs);
      periods.push({ startMs, endMs, offsetMs, repeatsUntilMs });
      const nextOffsetMs = offsetAt(format, endMs);
      repeatsUntilMs = endMs + Math.max(0, offsetMs - nextOffsetMs);
      startMs = endMs;
      offsetMs = nextOffsetMs;
    }
  }
  periods.push({ startMs, endMs: windowEndMs, offsetMs, repeatsUntilMs });
  return periods.filter((period) => period.endMs > windowStartMs && period.startMs < windowEndMs);
}

/** The first instant after `keepsMs` at which the zone has left `offsetMs`, which it has by `changedMs`. */
function findChange(format: Intl.DateTimeFormat, keepsMs: number, changedMs: number, offsetMs: number): number {
  let before = keepsMs;
  let after = changedMs;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetAt(format, middle) === offsetMs) before = middle;
    else after = middle;
  }
  return after;
}

/** Reads `30 GMT-00:44:30`: old local mean times have seconds. */
function offsetAt(format: Intl.DateTimeFormat, instantMs: number): number {
  const instant = Math.min(Math.max(instantMs, -MAX_INSTANT_MS), MAX_INSTANT_MS);
  const [, sign, hours, minutes, seconds] = /([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(format.format(instant)) ?? [];
  if (sign === undefined) return 0;
  const size = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS + Number(seconds ?? 0) * SECOND_MS;
  return sign === "+" ? size : -size;
}
