import { describe, expect, it } from "@jest/globals";

import { describeTrigger, formatTrigger, parseCrontab, warningsOf, type Trigger } from "./index.ts";

describe("a trigger in words", () => {
  it.each([
    [1, "every second"],
    [60, "every minute"],
    [90, "every 90 seconds"],
    [300, "every 5 minutes"],
    [3_600, "every hour"],
    [10_800, "every 3 hours"],
    [129_600, "every 36 hours"],
    [86_400, "every day"],
    [172_800, "every 2 days"],
  ])("says %d s as %j", (seconds, words) => {
    expect(describeTrigger(every(seconds))).toBe(words);
  });

  it.each([
    ["0,3,*,*,*", "at 03:00"],
    ["30,12,*,*,*", "at 12:30"],
    ["*/15,*,*,*,*", "every 15 minutes"],
    ["*/60,*,*,*,*", "every hour"],
    ["*/45 * * * *", "at 0 and 45 minutes past the hour"],
    ["0 */2 * * *", "on the hour, every 2 hours"],
    ["0 */7 * * *", "at 00:00, 07:00, 14:00 and 21:00"],
    ["0 0 */10 * *", "at 00:00, on day 1, 11, 21, and 31 of the month"],
    ["0 0 1 */5 *", "at 00:00, on day 1 of the month, only in January, June, and November"],
    ["0 3 * * 6-7", "at 03:00, Saturday through Sunday"],
    ["0 3 1 * 1", "at 03:00, on day 1 of the month or on Monday"],
    ["0 3 1,15 2 MON-FRI", "at 03:00, on day 1 and 15 of the month or Monday through Friday, only in February"],
    ["0 3 1-31 * 1", "at 03:00"],
    ["*/1 0-23 * * 0-6", "every minute"],
  ])("says %j as %j", (text, words) => {
    expect(describeTrigger(cron(text))).toBe(words);
  });

  it("has a short exact form", () => {
    expect(formatTrigger(every(60))).toBe("every 60s");
    expect(formatTrigger(cron("0, 3, *, *, mon"))).toBe("0 3 * * MON");
  });
});

describe("warnings", () => {
  const now = new Date("2026-11-20T12:00:00Z");

  it.each([
    ["*/45 * * * *", "minute */45 is uneven: it means 0, 45, then starts again at 0"],
    ["0 */7 * * *", "hour */7 is uneven: it means 0, 7, 14, 21, then starts again at 0"],
    ["0 0 */2 * *", "day of month */2 is uneven: it means 1, 3, 5 … 31, then starts again at 1"],
    ["0 0 1 */5 *", "month */5 is uneven: it means JAN, JUN, NOV, then starts again at JAN"],
    ["0 0 * * */2", "day of week */2 is uneven: it means SUN, TUE, THU, SAT, then starts again at SUN"],
  ])("say that %j is uneven", (text, warning) => {
    expect(warningsOf(cron(text), now)).toEqual([warning]);
  });

  it("show the next dates where either day field is enough", () => {
    expect(warningsOf(cron("0 3 13 * FRI", "Europe/Istanbul"), now)).toEqual([
      "day of month 13 and day of week FRI are both set: it runs when either matches, " +
        "next on Fri, 27 Nov 2026, Fri, 4 Dec 2026, Fri, 11 Dec 2026",
    ]);
  });

  it.each(["*/60,*,*,*,*", "*/15,*,*,*,*", "0 */6 * * *", "0 3 * * MON"])("have nothing to say about %j", (text) => {
    expect(warningsOf(cron(text), now)).toEqual([]);
  });
});

function every(seconds: number): Trigger {
  return { kind: "interval", everyMs: seconds * 1_000 };
}

function cron(text: string, timezone = "UTC"): Trigger {
  return { kind: "crontab", crontab: parseCrontab(text, "test"), timezone };
}
