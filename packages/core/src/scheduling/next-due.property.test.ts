import { describe, expect, it } from "@jest/globals";
import { Cron } from "croner";
import fc from "fast-check";

import { countDueBetween, dueBetween, latestDue, nextDue, parseCrontab, type Trigger } from "./index.ts";

const MINUTE_MS = 60_000;
const EPOCH = new Date(0);

/** Instants near which these zones changed their clocks, and the zones themselves: hours, half hours, days, midnights. */
const CHANGES: readonly (readonly [timezone: string, instant: string])[] = [
  ["Europe/Amsterdam", "2026-03-29T01:00:00Z"],
  ["Europe/Amsterdam", "2026-10-25T01:00:00Z"],
  ["America/New_York", "2026-03-08T07:00:00Z"],
  ["America/New_York", "2026-11-01T06:00:00Z"],
  ["Australia/Lord_Howe", "2026-10-03T15:30:00Z"],
  ["Australia/Lord_Howe", "2026-04-04T15:00:00Z"],
  ["America/Sao_Paulo", "2018-11-04T03:00:00Z"],
  ["America/Sao_Paulo", "2018-02-18T02:00:00Z"],
  ["Africa/Cairo", "2026-04-23T22:00:00Z"],
  ["Africa/Cairo", "2026-10-29T21:00:00Z"],
  ["Africa/Casablanca", "2026-02-15T02:00:00Z"],
  ["Africa/Casablanca", "2026-03-22T02:00:00Z"],
  ["Pacific/Apia", "2011-12-30T10:00:00Z"],
  ["Pacific/Kwajalein", "1993-08-21T12:00:00Z"],
  ["America/Caracas", "2016-05-01T07:00:00Z"],
  ["Asia/Pyongyang", "2018-05-04T15:00:00Z"],
  ["Antarctica/Troll", "2026-03-29T01:00:00Z"],
  ["Asia/Kathmandu", "1985-12-31T18:30:00Z"],
  ["Africa/Monrovia", "1972-01-07T00:44:30Z"],
  ["Europe/Dublin", "2026-10-25T01:00:00Z"],
  ["America/St_Johns", "2006-04-02T03:31:00Z"],
  ["Asia/Gaza", "2012-03-30T22:00:00Z"],
  ["America/Santiago", "2026-09-06T04:00:00Z"],
  ["UTC", "2026-12-31T23:59:00Z"],
];

const UNITS = ["year", "month", "day", "hour", "minute", "second"] as const;

/** A field as text together with its values, made without the parser under test. */
interface Field {
  text: string;
  values: number[];
}

describe("the next occurrence of any crontab, in any zone", () => {
  it("is strictly later, matches, and skips no minute that stepping through would find", () => {
    fc.assert(
      fc.property(anyCrontab(), anyMoment(), (fields, { timezone, after }) => {
        const next = nextDue(triggerOf(fields, timezone), after, EPOCH)!;
        expect(next.getTime()).toBeGreaterThan(after.getTime());
        const clock = wallClock(timezone);
        const steps = minutesBetween(after, next);
        const skipped = steps.filter(
          (instant) => matches(fields, clock, instant) && !isSecondPass(fields, clock, instant),
        );
        expect(skipped.map((instant) => new Date(instant).toISOString())).toEqual([]);
        if (!matches(fields, clock, next.getTime())) expect(isFirstInstantAfterGap(clock, next.getTime())).toBe(true);
        else expect(isSecondPass(fields, clock, next.getTime())).toBe(false);
      }),
      { numRuns: 400 },
    );
  });

  it("is the latest one when seen from just before the one after it", () => {
    fc.assert(
      fc.property(anyCrontab(), anyMoment(), (fields, { timezone, after }) => {
        const trigger = triggerOf(fields, timezone);
        const first = nextDue(trigger, after, EPOCH)!;
        const second = nextDue(trigger, first, EPOCH)!;
        expect(latestDue(trigger, EPOCH, first)).toEqual(first);
        expect(latestDue(trigger, EPOCH, new Date(second.getTime() - 1))).toEqual(first);
      }),
      { numRuns: 100 },
    );
  });

  it("is what croner says, away from clock changes", () => {
    fc.assert(
      fc.property(
        anyCrontab(),
        fc.date({ min: new Date("2000-01-01"), max: new Date("2080-01-01"), noInvalidDate: true }),
        (fields, after) => {
          const theirs = new Cron(textOf(fields), { timezone: "UTC", paused: true }).nextRun(after);
          expect(nextDue(triggerOf(fields, "UTC"), after, EPOCH)).toEqual(theirs);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("the number of occurrences of any crontab, in any zone", () => {
  it("is how many stepping would meet, across clock changes and from any instant", () => {
    const spans = fc.integer({ min: 0, max: 3 * 24 * 60 * MINUTE_MS });
    fc.assert(
      fc.property(anyCrontab(), anyMoment(), spans, (fields, { timezone, after }, spanMs) => {
        const trigger = triggerOf(fields, timezone);
        const until = new Date(after.getTime() + spanMs);
        const met = dueBetween(trigger, EPOCH, after, until, 10_000);
        expect(countDueBetween(trigger, EPOCH, after, until)).toBe(met.length);
        const last = met.at(-1);
        if (last !== undefined) expect(countDueBetween(trigger, EPOCH, after, last)).toBe(met.length);
      }),
      { numRuns: 400 },
    );
  });

  it("takes no step per occurrence: ten years of minutes are a look at each day", () => {
    const everyMinute: Trigger = { kind: "crontab", crontab: parseCrontab("* * * * *", "test"), timezone: "UTC" };
    const [after, until] = [new Date("2016-01-01T00:00:00Z"), new Date("2026-01-01T00:00:00Z")];
    expect(countDueBetween(everyMinute, EPOCH, after, until)).toBe(3_653 * 24 * 60);
  });
});

describe("the next occurrence of any interval", () => {
  it("is strictly later, by one interval at most, and in phase with the anchor", () => {
    const instants = fc.date({ min: new Date("1970-01-01"), max: new Date("2100-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(instants, instants, fc.integer({ min: 1, max: 315_360_000 }), (anchor, after, seconds) => {
        const everyMs = seconds * 1_000;
        const next = nextDue({ kind: "interval", everyMs }, after, anchor)!.getTime();
        expect(next).toBeGreaterThan(after.getTime());
        expect(next - Math.max(after.getTime(), anchor.getTime())).toBeLessThanOrEqual(everyMs);
        expect((next - anchor.getTime()) % everyMs).toBe(0);
      }),
    );
  });
});

function anyCrontab() {
  return fc
    .tuple(anyField(0, 59), anyField(0, 23), anyField(1, 31), anyField(1, 12), anyField(0, 6))
    .map((fields) => fields as Field[])
    .filter(canFire);
}

/** A date of at most 28 exists in every month; what remains could be 30 February. */
function canFire([, , dayOfMonth, , dayOfWeek]: Field[]): boolean {
  return dayOfWeek!.text !== "*" || dayOfMonth!.values.some((value) => value <= 28);
}

function anyField(min: number, max: number): fc.Arbitrary<Field> {
  const all = Array.from({ length: max - min + 1 }, (_, index) => min + index);
  const wildcard = fc.constant({ text: "*", values: all });
  const numbers = fc
    .uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 4 })
    .map((values) => ({ text: values.join(","), values }));
  const range = fc.tuple(fc.integer({ min, max }), fc.integer({ min, max })).map(([left, right]) => {
    const [first, last] = [Math.min(left, right), Math.max(left, right)];
    return { text: `${first}-${last}`, values: all.filter((value) => value >= first && value <= last) };
  });
  const step = fc
    .integer({ min: 1, max: max - min })
    .map((size) => ({ text: `*/${size}`, values: all.filter((value) => (value - min) % size === 0) }));
  return fc.oneof({ weight: 3, arbitrary: wildcard }, numbers, range, step);
}

function anyMoment() {
  return fc
    .tuple(fc.constantFrom(...CHANGES), fc.integer({ min: -10 * 3_600_000, max: 6 * 3_600_000 }))
    .map(([[timezone, change], offsetMs]) => ({ timezone, after: new Date(Date.parse(change) + offsetMs) }));
}

function textOf(fields: Field[]): string {
  return fields.map(({ text }) => text).join(" ");
}

function triggerOf(fields: Field[], timezone: string): Trigger {
  return { kind: "crontab", crontab: parseCrontab(textOf(fields), "property"), timezone };
}

/** Every instant strictly between two at which any clock with whole, half or odd offsets may show a full minute. */
function minutesBetween(after: Date, until: Date): number[] {
  const found: number[] = [];
  for (let at = Math.floor(after.getTime() / MINUTE_MS) * MINUTE_MS; at < until.getTime(); at += MINUTE_MS / 2) {
    if (at > after.getTime()) found.push(at);
    if (found.length >= 1_500) break;
  }
  return found;
}

/** Local wall clock reading as if it were UTC, asked from Intl by parts: nothing shared with the code under test. */
function wallClock(timezone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: timezone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  return (instant) => {
    const part = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    const [year = 0, month = 0, ...rest] = UNITS.map((unit) => part.get(unit)!);
    return Date.UTC(year, month - 1, ...rest);
  };
}

function matches([minute, hour, dayOfMonth, month, dayOfWeek]: Field[], clock: (at: number) => number, at: number) {
  const local = new Date(clock(at));
  const byDate = dayOfMonth!.values.includes(local.getUTCDate());
  const byWeekday = dayOfWeek!.values.includes(local.getUTCDay());
  const eitherDay = dayOfMonth!.text !== "*" && dayOfWeek!.text !== "*";
  return (
    local.getUTCSeconds() === 0 &&
    minute!.values.includes(local.getUTCMinutes()) &&
    hour!.values.includes(local.getUTCHours()) &&
    month!.values.includes(local.getUTCMonth() + 1) &&
    (eitherDay ? byDate || byWeekday : byDate && byWeekday)
  );
}

/** A fixed hour at an instant whose wall clock reading was seen before. */
function isSecondPass([, hour]: Field[], clock: (at: number) => number, at: number): boolean {
  if (/[*/-]/.test(hour!.text)) return false;
  const reading = clock(at);
  return [30, 60, 120, 1_380].some((minutes) => clock(at - minutes * MINUTE_MS) === reading);
}

function isFirstInstantAfterGap(clock: (at: number) => number, at: number): boolean {
  // One second, because Intl's parts know no less.
  return clock(at) - clock(at - 1_000) > 1_000;
}
