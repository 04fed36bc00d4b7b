import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { monthsAgo } from "./months-ago.ts";

describe("calendar months back", () => {
  it.each([
    ["2026-11-21T10:00:00.000Z", 6, "2026-05-21T10:00:00.000Z"],
    ["2026-08-31T10:00:00.000Z", 6, "2026-02-28T10:00:00.000Z"],
    ["2024-08-31T10:00:00.000Z", 6, "2024-02-29T10:00:00.000Z"],
    ["2026-01-15T00:00:00.000Z", 6, "2025-07-15T00:00:00.000Z"],
    ["2026-03-31T23:59:59.999Z", 1, "2026-02-28T23:59:59.999Z"],
    ["2024-02-29T12:00:00.000Z", 12, "2023-02-28T12:00:00.000Z"],
    ["2026-05-31T12:00:00.000Z", 120, "2016-05-31T12:00:00.000Z"],
  ])("before %s, %i months is %s", (now, months, expected) => {
    expect(monthsAgo(new Date(now), months).toISOString()).toBe(expected);
  });

  it("always lands in the month meant, never later than the day meant", () => {
    const instant = fc.date({ min: new Date("2000-01-01"), max: new Date("2100-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(instant, fc.integer({ min: 1, max: 120 }), (now, months) => {
        const then = monthsAgo(now, months);
        const index = (at: Date) => at.getUTCFullYear() * 12 + at.getUTCMonth();
        expect(index(now) - index(then)).toBe(months);
        expect(then.getUTCDate()).toBeLessThanOrEqual(now.getUTCDate());
        expect(then.getTime() % 86_400_000).toBe(now.getTime() % 86_400_000);
      }),
    );
  });
});
