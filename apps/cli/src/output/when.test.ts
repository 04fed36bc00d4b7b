import { describe, expect, it } from "@jest/globals";

import { parseSince, parseUntil } from "./when.ts";

/** A Thursday, 16:30 in Amsterdam. */
const NOW = new Date("2026-11-26T15:30:00Z");
const until = (text: string) => parseUntil("--until", text, NOW, "Europe/Amsterdam").toISOString();

describe("instants as people say them", () => {
  it.each([
    ["30m", "2026-11-26T16:00:00.000Z"],
    ["1h", "2026-11-26T16:30:00.000Z"],
    ["2d", "2026-11-28T15:30:00.000Z"],
    ["today 18:00", "2026-11-26T17:00:00.000Z"],
    ["tomorrow 09:00", "2026-11-27T08:00:00.000Z"],
    ["Tomorrow at 07:15", "2026-11-27T06:15:00.000Z"],
    ["monday", "2026-11-30T08:00:00.000Z"],
    ["thu 10:00", "2026-12-03T09:00:00.000Z"],
    ["2026-12-24", "2026-12-23T23:00:00.000Z"],
    ["2026-12-24T12:00:00Z", "2026-12-24T12:00:00.000Z"],
  ])("reads --until %s in the zone of whoever asks", (text, instant) => expect(until(text)).toBe(instant));

  it.each([
    ["soon", "expected 30m"],
    ["0h", "expected 30m"],
    ["tomorrow 25:00", "expected 30m"],
    ["2020-01-01", "is over already"],
    ["today 09:00", "is over already; it is 2026-11-26T16:30:00+01:00"],
  ])("refuses --until %s and says why", (text, why) => expect(() => until(text)).toThrow(why));

  it("counts --since backwards, and reads ISO 8601 in the zone", () => {
    const since = (text: string) => parseSince("--since", text, NOW, "Europe/Amsterdam").toISOString();
    expect([since("2h"), since("2026-11-26")]).toEqual(["2026-11-26T13:30:00.000Z", "2026-11-25T23:00:00.000Z"]);
    expect(() => since("yesterday")).toThrow("--since yesterday: expected 30m");
  });
});
