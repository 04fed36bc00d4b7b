import { describe, expect, it, jest } from "@jest/globals";

import { countDueBetween, dueBetween, latestDue, nextDue, parseCrontab, type Trigger } from "./index.ts";

const EPOCH = new Date(0);
const YEAR_MS = 366 * 86_400_000;

describe("intervals", () => {
  const anchor = new Date("2026-01-01T00:00:10Z");
  const every5Minutes: Trigger = { kind: "interval", everyMs: 300_000 };

  it.each([
    ["before the anchor", "2025-01-01T00:00:00Z", "2026-01-01T00:05:10.000Z"],
    ["at the anchor", "2026-01-01T00:00:10Z", "2026-01-01T00:05:10.000Z"],
    ["just before a due instant", "2026-01-01T00:05:09.999Z", "2026-01-01T00:05:10.000Z"],
    ["at a due instant", "2026-01-01T00:05:10Z", "2026-01-01T00:10:10.000Z"],
    ["years later, without drift", "2031-06-01T12:00:00Z", "2031-06-01T12:00:10.000Z"],
  ])("keep their phase %s", (_, after, due) => {
    expect(nextDue(every5Minutes, new Date(after), anchor)?.toISOString()).toBe(due);
  });

  it("have no latest occurrence before one interval has passed", () => {
    expect(latestDue(every5Minutes, anchor, new Date("2026-01-01T00:05:09Z"))).toBeNull();
    expect(latestDue(every5Minutes, anchor, new Date("2026-01-01T00:05:10Z"))?.toISOString()).toBe(
      "2026-01-01T00:05:10.000Z",
    );
    expect(latestDue(every5Minutes, anchor, new Date("2026-01-01T00:14:59Z"))?.toISOString()).toBe(
      "2026-01-01T00:10:10.000Z",
    );
  });

  it("are counted by arithmetic: ten years of a 1 s interval at once", () => {
    const everySecond: Trigger = { kind: "interval", everyMs: 1_000 };
    const until = new Date(anchor.getTime() + 315_360_000_000);
    expect(countDueBetween(everySecond, anchor, anchor, until)).toBe(315_360_000);
    expect(countDueBetween(everySecond, anchor, EPOCH, until)).toBe(315_360_000);
    expect(countDueBetween(everySecond, anchor, until, anchor)).toBe(0);
    expect(dueBetween(everySecond, anchor, EPOCH, until, 3)).toHaveLength(3);
  });
});

describe("occurrences in a stretch of time", () => {
  const daily = cron("0 3 * * *");
  const [from, until] = [new Date("2026-01-01T03:00:00Z"), new Date("2026-01-05T03:00:00Z")];

  it("leave the start out and take the end in", () => {
    expect(isoOf(dueBetween(daily, EPOCH, from, until, 10))).toEqual([
      "2026-01-02T03:00:00.000Z",
      "2026-01-03T03:00:00.000Z",
      "2026-01-04T03:00:00.000Z",
      "2026-01-05T03:00:00.000Z",
    ]);
    expect(countDueBetween(daily, EPOCH, from, until)).toBe(4);
  });

  it("stop at the limit", () => {
    expect(dueBetween(daily, EPOCH, from, until, 2)).toHaveLength(2);
    expect(dueBetween(daily, EPOCH, from, until, 0)).toEqual([]);
  });
});

describe("the latest occurrence of a crontab", () => {
  it.each([
    ["* * * * *", "UTC", "2026-05-05T10:10:00Z", "2026-05-05T10:10:00.000Z"],
    ["* * * * *", "UTC", "2026-05-05T10:10:59.999Z", "2026-05-05T10:10:00.000Z"],
    ["0 3 * * *", "Europe/Amsterdam", "2026-05-05T00:59:59Z", "2026-05-04T01:00:00.000Z"],
    ["* * 1 1 *", "UTC", "2026-07-01T00:00:00Z", "2026-01-01T23:59:00.000Z"],
    ["0 0 29 2 *", "UTC", "2103-12-31T00:00:00Z", "2096-02-29T00:00:00.000Z"],
    ["30 2 * * *", "Europe/Amsterdam", "2026-03-29T01:00:00Z", "2026-03-29T01:00:00.000Z"],
    ["30 2 * * *", "Europe/Amsterdam", "2026-10-25T02:00:00Z", "2026-10-25T00:30:00.000Z"],
  ])("of %s in %s at %s is %s", (text, timezone, at, latest) => {
    expect(latestDue(cron(text, timezone), EPOCH, new Date(at))?.toISOString()).toBe(latest);
  });
});

describe("calendars", () => {
  it.each([
    ["0 0 29 2 *", "2095-03-01T00:00:00Z", ["2096-02-29", "2104-02-29", "2108-02-29"]],
    ["0 0 31 * *", "2026-01-31T00:00:00Z", ["2026-03-31", "2026-05-31", "2026-07-31"]],
    ["0 0 1 1 *", "2026-01-01T00:00:00Z", ["2027-01-01", "2028-01-01", "2029-01-01"]],
    ["0 0 13 * FRI", "2026-11-20T00:00:00Z", ["2026-11-27", "2026-12-04", "2026-12-11", "2026-12-13"]],
    ["0 0 * * 7", "2026-11-20T00:00:00Z", ["2026-11-22", "2026-11-29"]],
  ])("of %s after %s", (text, after, dates) => {
    const found = dueBetween(cron(text), EPOCH, new Date(after), new Date("2150-01-01"), dates.length);
    expect(isoOf(found).map((iso) => iso.slice(0, 10))).toEqual(dates);
  });

  it("end where time cannot be represented any more", () => {
    const end = new Date(8.64e15);
    expect(nextDue(cron("* * * * *"), end, EPOCH)).toBeNull();
    expect(nextDue({ kind: "interval", everyMs: 1_000 }, end, EPOCH)).toBeNull();
    expect(nextDue(cron("* * * * *", "Europe/Amsterdam"), new Date(8.64e15 - 60_000), EPOCH)).toEqual(end);
  });
});

describe("local times that a clock change leaves out", () => {
  it.each([
    ["30 2 * * *", "Europe/Amsterdam", "2026-03-28T12:00:00Z", ["2026-03-29T01:00", "2026-03-30T00:30"]],
    ["0,20,40 2 * * *", "Europe/Amsterdam", "2026-03-28T12:00:00Z", ["2026-03-29T01:00", "2026-03-30T00:00"]],
    ["0 2,3 * * *", "Europe/Amsterdam", "2026-03-28T12:00:00Z", ["2026-03-29T01:00", "2026-03-30T00:00"]],
    ["30 */2 * * *", "Europe/Amsterdam", "2026-03-28T23:59:00Z", ["2026-03-29T01:00", "2026-03-29T02:30"]],
    ["30 * * * *", "Europe/Amsterdam", "2026-03-29T00:00:00Z", ["2026-03-29T00:30", "2026-03-29T01:30"]],
    ["*/20 * * * *", "Europe/Amsterdam", "2026-03-29T00:30:00Z", ["2026-03-29T00:40", "2026-03-29T01:00"]],
    ["0 0 * * *", "Africa/Cairo", "2026-04-23T12:00:00Z", ["2026-04-23T22:00", "2026-04-24T21:00"]],
    ["15 0 * * *", "America/Sao_Paulo", "2018-11-03T12:00:00Z", ["2018-11-04T03:00", "2018-11-05T02:15"]],
    ["0 0 4 11 *", "America/Sao_Paulo", "2018-01-01T12:00:00Z", ["2018-11-04T03:00", "2019-11-04T03:00"]],
    ["15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00:00Z", ["2026-10-03T15:30", "2026-10-04T15:15"]],
    ["30 2 * * *", "Africa/Casablanca", "2026-03-21T12:00:00Z", ["2026-03-22T02:00", "2026-03-23T01:30"]],
  ])("%s in %s after %s happens once, after the gap", (text, timezone, after, due) => {
    expectDue(text, timezone, after, due);
  });

  it("is due at the end of the gap also where that is the very next instant", () => {
    const daily = cron("30 2 * * *", "Europe/Amsterdam");
    const [justBefore, gapEnd] = [new Date("2026-03-29T00:59:59.999Z"), new Date("2026-03-29T01:00:00Z")];
    expect(nextDue(daily, justBefore, EPOCH)).toEqual(gapEnd);
    expect(countDueBetween(daily, EPOCH, justBefore, gapEnd)).toBe(1);
    expect(nextDue(daily, gapEnd, EPOCH)).toEqual(new Date("2026-03-30T00:30:00Z"));
  });

  it.each([
    ["0 9 * * *", "2011-12-29T12:00:00Z", ["2011-12-29T19:00", "2011-12-30T19:00"]],
    ["0 0 30 12 *", "2011-01-01T00:00:00Z", ["2012-12-29T10:00"]],
    ["0 * * * *", "2011-12-30T09:30:00Z", ["2011-12-30T10:00", "2011-12-30T11:00"]],
  ])("a whole date left out has none: %s in Apia", (text, after, due) => {
    expectDue(text, "Pacific/Apia", after, due);
  });
});

describe("local times that happen twice", () => {
  it.each([
    ["30 2 * * *", "Europe/Amsterdam", "2026-10-24T12:00:00Z", ["2026-10-25T00:30", "2026-10-26T01:30"]],
    ["30 2 * * *", "Europe/Amsterdam", "2026-10-25T01:10:00Z", ["2026-10-26T01:30"]],
    ["0,30 1,2 * * *", "Europe/Amsterdam", "2026-10-25T00:30:00Z", ["2026-10-26T00:00"]],
    ["*/30 2 * * *", "Europe/Amsterdam", "2026-10-25T00:30:00Z", ["2026-10-26T01:00"]],
    ["30 * * * *", "Europe/Amsterdam", "2026-10-25T00:00:00Z", ["2026-10-25T00:30", "2026-10-25T01:30"]],
    ["30 */2 * * *", "Europe/Amsterdam", "2026-10-25T00:00:00Z", ["2026-10-25T00:30", "2026-10-25T01:30"]],
    ["30 1-3 * * *", "Europe/Amsterdam", "2026-10-25T00:00:00Z", ["2026-10-25T00:30", "2026-10-25T01:30"]],
    ["45 1 * * *", "Australia/Lord_Howe", "2026-04-04T14:00:00Z", ["2026-04-04T14:45", "2026-04-05T15:15"]],
    ["45 23 * * *", "America/Sao_Paulo", "2018-02-17T12:00:00Z", ["2018-02-18T01:45", "2018-02-19T02:45"]],
    ["30 2 * * *", "Africa/Casablanca", "2026-02-14T12:00:00Z", ["2026-02-15T01:30", "2026-02-16T02:30"]],
  ])("%s in %s after %s", (text, timezone, after, due) => {
    expectDue(text, timezone, after, due);
  });
});

describe("zones whose offset has seconds", () => {
  it("fire at the local minute", () => {
    expectDue("0 12 * * *", "Africa/Monrovia", "1960-01-01T00:00:00Z", ["1960-01-01T12:44:30"]);
  });
});

describe("the work of it", () => {
  it("formats no instant once the periods of a time zone are known, which is what would be slow", () => {
    const daily = cron("0 3 * * *", "Europe/Amsterdam");
    const at = new Date("2026-06-01T12:00:00Z");
    nextDue(daily, at, EPOCH);
    const formatted = jest.spyOn(Intl.DateTimeFormat.prototype as { format: object }, "format", "get");
    for (let count = 0; count < 100; count += 1) nextDue(daily, at, EPOCH);
    expect(formatted).not.toHaveBeenCalled();
    nextDue(cron("0 3 * * *", "Pacific/Kiritimati"), at, EPOCH);
    expect(formatted).toHaveBeenCalled();
    formatted.mockRestore();
  });

  it("counts a year of every minute without keeping it", () => {
    const until = new Date(Date.UTC(2026, 0, 1) + YEAR_MS);
    expect(countDueBetween(cron("* * * * *", "Europe/Amsterdam"), EPOCH, new Date("2026-01-01"), until)).toBe(
      366 * 1440,
    );
  });
});

function cron(text: string, timezone = "UTC"): Trigger {
  return { kind: "crontab", crontab: parseCrontab(text, "test"), timezone };
}

/** `due` in UTC, seconds optional. */
function expectDue(text: string, timezone: string, after: string, due: string[]): void {
  const found = dueBetween(cron(text, timezone), EPOCH, new Date(after), new Date(8.64e15), due.length);
  expect(isoOf(found)).toEqual(due.map((instant) => new Date(`${instant}Z`).toISOString()));
}

function isoOf(instants: Date[]): string[] {
  return instants.map((instant) => instant.toISOString());
}
