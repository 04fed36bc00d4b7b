import { describe, expect, it } from "@jest/globals";

import { parseLocalTime, startOfLocalDay } from "./local-time.ts";

const iso = (instantMs: number | null) => (instantMs === null ? null : new Date(instantMs).toISOString());

describe("São Paulo local time", () => {
  it.each([
    ["in winter", "2018-05-22 10:59:50", "2018-05-22T13:59:50.000Z"],
    ["in summer time", "2017-12-24 23:00:00", "2017-12-25T01:00:00.000Z"],
    ["moved on by the gap where midnight does not exist", "2017-10-15 00:00:00", "2017-10-15T03:00:00.000Z"],
    ["right after the gap", "2017-10-15 01:00:00", "2017-10-15T03:00:00.000Z"],
    ["the first pass of a repeated hour", "2018-02-17 23:30:00", "2018-02-18T01:30:00.000Z"],
    ["after the repeated hour", "2018-02-18 00:00:00", "2018-02-18T03:00:00.000Z"],
  ])("is %s", (_, text, instant) => {
    expect(iso(parseLocalTime(text))).toBe(instant);
  });

  it.each([
    "",
    "2018-05-22",
    "2018-02-30 10:00:00",
    "2018-13-01 10:00:00",
    "2018-05-22 25:00:00",
    "22/05/2018 10:00:00",
  ])("refuses %p", (text) => {
    expect(parseLocalTime(text)).toBeNull();
  });

  it("finds the midnight a day began with", () => {
    expect(iso(startOfLocalDay(Date.UTC(2016, 9, 4, 13, 25)))).toBe("2016-10-04T03:00:00.000Z");
    expect(iso(startOfLocalDay(Date.UTC(2016, 9, 4, 2, 59)))).toBe("2016-10-03T03:00:00.000Z");
  });
});
