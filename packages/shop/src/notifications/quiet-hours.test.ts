import { describe, expect, it } from "@jest/globals";

import { endOfQuiet, parseQuietHours } from "./quiet-hours.ts";

const end = (hours: string, now: string, zone: string) =>
  endOfQuiet(parseQuietHours(hours), new Date(now), zone)?.toISOString() ?? null;

describe("quiet hours", () => {
  it.each([
    ["begin at their first minute", "2026-11-20T20:00:00Z", "Europe/Amsterdam", "2026-11-21T07:00:00.000Z"],
    ["are not yet there a second before", "2026-11-20T19:59:59Z", "Europe/Amsterdam", null],
    ["are over at their last", "2026-11-21T07:00:00Z", "Europe/Amsterdam", null],
    ["go on to the last second of it", "2026-11-21T06:59:59Z", "Europe/Amsterdam", "2026-11-21T07:00:00.000Z"],
    ["are those of the person's zone", "2026-11-20T12:00:00Z", "America/Los_Angeles", "2026-11-20T16:00:00.000Z"],
    ["know zones of half an hour", "2026-11-20T16:00:00Z", "Asia/Kolkata", "2026-11-21T02:30:00.000Z"],
    [
      "end an hour sooner in the night that is an hour shorter",
      "2026-03-28T22:00:00Z",
      "Europe/Amsterdam",
      "2026-03-29T06:00:00.000Z",
    ],
    [
      "end an hour later in the night that is an hour longer",
      "2026-10-24T22:00:00Z",
      "Europe/Amsterdam",
      "2026-10-25T07:00:00.000Z",
    ],
  ])("%s", (_, now, zone, expected) => {
    expect(end("21:00-08:00", now, zone)).toBe(expected);
  });

  it("that end at a time that the clock skips are over when it has skipped it", () => {
    // 02:30 of that night does not exist: after 01:59 comes 03:00.
    expect(end("21:00-02:30", "2026-03-28T22:00:00Z", "Europe/Amsterdam")).toBe("2026-03-29T01:00:00.000Z");
    expect(end("21:00-02:30", "2026-03-29T01:00:00Z", "Europe/Amsterdam")).toBeNull();
  });

  it("that end in the hour that comes twice never last another day", () => {
    expect(end("21:00-02:30", "2026-10-24T22:00:00Z", "Europe/Amsterdam")).toBe("2026-10-25T00:30:00.000Z");
    // The second 02:10 of that night: quiet once more, for twenty minutes.
    expect(end("21:00-02:30", "2026-10-25T01:10:00Z", "Europe/Amsterdam")).toBe("2026-10-25T01:30:00.000Z");
  });

  it("may lie within one day, or not be at all", () => {
    expect(end("13:00-14:30", "2026-11-20T12:15:00Z", "Europe/Amsterdam")).toBe("2026-11-20T13:30:00.000Z");
    expect(end("off", "2026-11-20T23:00:00Z", "Europe/Amsterdam")).toBeNull();
    expect(end("08:00-08:00", "2026-11-20T23:00:00Z", "Europe/Amsterdam")).toBeNull();
  });

  it.each(["21-8", "24:00-08:00", "21:00", "21:60-08:00", "21:00–08:00"])("cannot be read from %s", (raw) => {
    expect(() => parseQuietHours(raw)).toThrow("expected two times of day such as 21:00-08:00, or off");
  });
});
